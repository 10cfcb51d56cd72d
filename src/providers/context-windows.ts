import { claudeModel } from './claude/models.ts'

/**
 * The most input tokens a model takes, by its id in any vendor's spelling; null where that is not
 * known. Where a window is shared with the answer, this is what its vendor leaves to the input.
 */
export function contextWindowOf(model: string): number | null {
  // The model pages of platform.claude.com/docs. Sonnet 4 to 4.6 and Opus 4.6 take 1M only where
  // the client asks for it, with the beta context-1m-2025-08-07.
  const claude = claudeModel(model)
  if (claude) return claude.version >= 4.7 ? 1_000_000 : 200_000
  return WINDOWS.find(([id]) => id.test(model))?.[1] ?? null
}

/** The first that fits counts. */
const WINDOWS: readonly (readonly [id: RegExp, tokens: number])[] = [
  // developers.openai.com/api/docs/models. Of 400,000 tokens 128,000 are the answer's, and of
  // 1,050,000 as many: above the rest the API says "Input tokens exceed the configured limit".
  [/gpt-5[\w.]*-chat/i, 128_000],
  [/gpt-5[\w.]*-(mini|nano)/i, 272_000],
  [/gpt-5\.[45]|gpt-5\.6-(sol|terra)/i, 922_000],
  [/gpt-5(?!\.[4-9])/i, 272_000],
  [/gpt-4\.1/i, 1_047_576],
  [/gpt-4o|gpt-4-turbo|\bo1-mini/i, 128_000],
  [/\b(o1|o3|o4)(-mini|-pro)?\b/i, 200_000],
  // console.groq.com/docs/models, inference-docs.cerebras.ai/models, Bedrock's model cards.
  [/gpt-oss|llama-?3[.-][13]/i, 131_072],
  // Cerebras serves half of what the model could take, and is alone in spelling it so.
  [/qwen-3-coder-480b|zai-glm/i, 131_072],
  // huggingface.co/Qwen/Qwen3-Coder-480B-A35B-Instruct, huggingface.co/moonshotai.
  [/qwen3-coder|kimi-k2-(instruct-0905|thinking)/i, 262_144],
  // ai.google.dev/gemini-api/docs/models.
  [/gemini-(2\.5|3)/i, 1_048_576],
]
