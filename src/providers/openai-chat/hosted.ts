import type { Quirks } from './quirks.ts'
import { effortRules } from './reasoning.ts'

const cerebras: Partial<Quirks> = {
  maxTokensField: 'max_completion_tokens',
  images: () => false,
  promptCacheKey: true,
  formatWithTools: false,
  // musistudio/claude-code-router#708: refused in schemas, strict or not.
  droppedKeywords: ['format', 'pattern', 'minItems', 'maxItems'],
  // theopenco/llmgateway#1455
  closedObjects: true,
  // `reasoning_content` is a 400 (Alishahryar1/free-claude-code#1136).
  reasoning: (model) => {
    if (/gpt-oss/.test(model)) return effortRules(['low', 'medium', 'high'], 'reasoning')
    if (/glm/.test(model)) return effortRules(['none', 'low', 'medium', 'high'], 'reasoning')
    return null
  },
}

const groq: Partial<Quirks> = {
  maxTokensField: 'max_completion_tokens',
  mostOutputTokens: (model) => (/llama-4/.test(model) ? 8_192 : 16_384),
  inlineSystem: true,
  images: (model) => /llama-4|vision/.test(model),
  // console.groq.com/docs/api-reference: a maximum of 128 functions.
  mostTools: 128,
  formatWithTools: false,
  reasoning: (model) => {
    if (/gpt-oss/.test(model)) return effortRules(['low', 'medium', 'high'], 'reasoning')
    // Qwen knows only on and off; without `parsed` its thoughts stand in the text.
    if (/qwen3/.test(model)) {
      return { ...effortRules(['none'], null), extra: { reasoning_format: 'parsed' } }
    }
    return null
  },
}

const openrouter: Partial<Quirks> = {
  mostOutputTokens: () => Number.POSITIVE_INFINITY,
  // Some of the upstreams behind it refuse less.
  leastOutputTokens: 16,
  cacheControl: (model) => /claude|gemini/.test(model),
  topK: true,
  openApiSchemas: (model) => /gemini/.test(model),
  reasoning: () => ({
    request: 'reasoning',
    efforts: ['low', 'medium', 'high', 'xhigh'],
    echo: 'reasoning_details',
  }),
  thinkTags: () => false,
}

/**
 * api-docs.deepseek.com/guides/thinking_mode: thinking is on unless it is switched off, then forces
 * no tool ("Thinking mode does not support this tool_choice", deepseek-ai/DeepSeek-V3#1376) and
 * wants the thoughts behind every tool call back.
 */
const deepseek: Partial<Quirks> = {
  mostOutputTokens: () => 65_536,
  images: () => false,
  reasoning: () => ({
    request: 'thinking',
    efforts: ['none', 'high', 'max'],
    echo: 'reasoning_content',
    needsEcho: true,
  }),
  thinkTags: () => false,
}

/** ai.google.dev/gemini-api/docs/openai */
const gemini: Partial<Quirks> = {
  mostOutputTokens: () => 65_536,
  imageUrls: false,
  openApiSchemas: () => true,
  // Gemini 3 refuses calls without the signature it gave them. This one stands for calls that it
  // did not make (ai.google.dev/gemini-api/docs/thought-signatures), and no other can be kept in
  // the blocks a client sends back.
  callExtras: {
    extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } },
  },
  reasoning: (model) =>
    /gemini-(2\.5|[3-9])/.test(model) ? effortRules(['low', 'medium', 'high'], null) : null,
  thinkTags: () => false,
}

/** docs.mistral.ai/api: fields it does not know are a 422. */
const mistral: Partial<Quirks> = {
  // "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9" (anomalyco/opencode#1680).
  callIdLength: 9,
  // "Unexpected role 'user' after role 'tool'" (NousResearch/hermes-agent#20154).
  userAfterTool: false,
  streamOptions: false,
}

/** platform.kimi.ai/docs/api/chat and guide/use-kimi-k2-thinking-model */
const moonshot: Partial<Quirks> = {
  mostOutputTokens: () => 32_768,
  imageUrls: false,
  // From K2.5 on only the temperature that goes with the mode is taken.
  sampling: (model) => !/kimi-(k2\.[5-9]|k[3-9]|for-coding)/.test(model),
  toolChoice: (model) => (isAlwaysThinking(model) ? 'auto' : 'any'),
  reasoning: (model) => {
    if (!/kimi-(k2-thinking|k2\.[5-9]|k[3-9]|for-coding)/.test(model)) return null
    const echo = { echo: 'reasoning_content', needsEcho: true } as const
    const efforts = isAlwaysThinking(model) ? [] : (['none'] as const)
    return { request: 'thinking', efforts, ...echo }
  },
  thinkTags: () => false,
}

function isAlwaysThinking(model: string): boolean {
  return /kimi-k2-thinking/.test(model)
}

/** docs.x.ai/docs/guides/reasoning: no `stop` for models that reason, and few take an effort. */
const xai: Partial<Quirks> = {
  maxTokensField: 'max_completion_tokens',
  mostOutputTokens: () => 65_536,
  inlineSystem: true,
  mostStops: (model) => (/grok-3(?!-mini)/.test(model) ? 4 : 0),
  // Tried against the API by NousResearch/hermes-agent#23435.
  reasoning: (model) =>
    /grok-(3-mini|4\.3)/.test(model)
      ? effortRules(/mini/.test(model) ? ['low', 'high'] : ['low', 'medium', 'high'], null)
      : null,
  thinkTags: () => false,
}

/** docs.z.ai/api-reference/llm/chat-completion: one stop word, and tools only of its own will. */
const zai: Partial<Quirks> = {
  mostOutputTokens: () => 65_536,
  images: (model) => /\dv/.test(model),
  mostStops: () => 1,
  toolChoice: () => 'auto',
  reasoning: () => ({ request: 'thinking', efforts: ['none'], echo: 'reasoning_content' }),
  thinkTags: () => false,
}

/** Services elsewhere that speak Chat Completions, each by what sets it apart. */
export const HOSTED = {
  cerebras,
  groq,
  openrouter,
  deepseek,
  gemini,
  mistral,
  moonshot,
  xai,
  zai,
}
