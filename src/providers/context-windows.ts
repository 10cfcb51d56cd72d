import { claudeModel } from './claude/models.ts'

/**
 * The most input tokens a model takes, by its id in any vendor's spelling; null where that is not
 * known. Where a window is shared with the answer, this is what its vendor leaves to the input.
 */
export function contextWindowOf(model: string): number | null {
  // The model pages of platform.claude.com/docs.
  const claude = claudeModel(model)
  if (claude) return claude.version >= 4.7 ? MILLION : 200_000
  return factsOf(model)?.input ?? null
}

/** The most tokens a model answers with; null where that is not known. */
export function maxOutputOf(model: string): number | null {
  const claude = claudeModel(model)
  if (!claude) return factsOf(model)?.output ?? null
  // The models overview: 128K from 4.6 on, but for Sonnet 4.6.
  return claude.maxTokens ?? (claude.family === 'sonnet' && claude.version < 4.7 ? 64_000 : 128_000)
}

/** Whether it takes a million tokens, but only from clients that ask for it with a beta flag. */
export function takesMillionByBeta(model: string): boolean {
  const { family, version } = claudeModel(model) ?? { family: '', version: 0 }
  return (
    (family === 'sonnet' && version >= 4 && version <= 4.6) ||
    (family === 'opus' && version === 4.6)
  )
}

export const MILLION = 1_000_000

interface Facts {
  id: RegExp
  input: number
  output: number | null
}

function factsOf(model: string): Facts | undefined {
  return FACTS.find(({ id }) => id.test(model))
}

/** The first that fits counts. */
const FACTS: readonly Facts[] = [
  // developers.openai.com/api/docs/models. Of 400,000 tokens 128,000 are the answer's, and of
  // 1,050,000 as many: above the rest the API says "Input tokens exceed the configured limit".
  { id: /gpt-5[\w.]*-chat/i, input: 128_000, output: 16_384 },
  { id: /gpt-5[\w.]*-(mini|nano)/i, input: 272_000, output: 128_000 },
  { id: /gpt-5\.[45]|gpt-5\.6-(sol|terra|luna)|gpt-6/i, input: 922_000, output: 128_000 },
  { id: /gpt-5(?!\.[4-9])/i, input: 272_000, output: 128_000 },
  { id: /gpt-4\.1/i, input: 1_047_576, output: 32_768 },
  { id: /gpt-4o|gpt-4-turbo/i, input: 128_000, output: null },
  { id: /\bo1-mini/i, input: 128_000, output: 65_536 },
  { id: /\b(o1|o3|o4)(-mini|-pro)?\b/i, input: 200_000, output: 100_000 },
  // console.groq.com/docs/models, inference-docs.cerebras.ai/models, Bedrock's model cards: the
  // same weights, and other limits to the answer with each of them.
  { id: /gpt-oss|llama-?3[.-][13]/i, input: 131_072, output: null },
  // Cerebras serves half of what the model could take, and is alone in spelling it so.
  { id: /qwen-3-coder-480b|zai-glm/i, input: 131_072, output: null },
  // huggingface.co/Qwen/Qwen3-Coder-480B-A35B-Instruct, huggingface.co/moonshotai.
  { id: /qwen3-coder|kimi-k2-(instruct-0905|thinking)/i, input: 262_144, output: null },
  // The Nova user guides, and AWS's announcements of Llama 4 and MiniMax M2 on Bedrock, which alone
  // spells them so.
  { id: /nova-micro/i, input: 128_000, output: null },
  { id: /nova-(lite|pro)/i, input: 300_000, output: null },
  { id: /nova-(premier|2-)/i, input: 1_000_000, output: null },
  { id: /llama4-maverick/i, input: 1_000_000, output: null },
  { id: /llama4-scout/i, input: 3_500_000, output: null },
  { id: /minimax\.minimax-m2/i, input: 196_608, output: null },
  // ai.google.dev/gemini-api/docs/models.
  { id: /gemini-(2\.5|3)/i, input: 1_048_576, output: 65_536 },
]
