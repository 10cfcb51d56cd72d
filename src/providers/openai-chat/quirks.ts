import { HOSTED } from './hosted.ts'
import { LOCAL } from './local.ts'
import { AZURE, OPENAI } from './openai-models.ts'
import type { ReasoningRules } from './reasoning.ts'

/** Where one service differs from another. Functions are asked with the id of the base model. */
export interface Quirks {
  maxTokensField: 'max_tokens' | 'max_completion_tokens'
  /** More is a 400, or is reserved from the quota whether it is used or not. */
  mostOutputTokens(model: string): number
  leastOutputTokens: number
  /** Whether a system message may stand behind the first message. */
  inlineSystem: boolean
  images(model: string): boolean
  /** Whether it fetches images by their address. */
  imageUrls: boolean
  /** Whether PDFs can be sent as `file` parts; elsewhere their text is sent. */
  files(model: string): boolean
  /** Whether Anthropic's `cache_control` may stay on the parts of a message. */
  cacheControl(model: string): boolean
  /** Whether it is asked through the Responses API where `api` leaves that open. */
  responses(model: string): boolean
  /** Whether `temperature` and `top_p` are taken. */
  sampling(model: string): boolean
  /** How many stop sequences are taken; more is a 400. */
  mostStops(model: string): number
  topK: boolean
  mostTools: number
  /** `required`: no tool can be named. `auto`: none can be forced. */
  toolChoice(model: string): 'any' | 'required' | 'auto'
  /** Whether `parallel_tool_calls: false` is taken. */
  parallelToolCalls(model: string): boolean
  /** The ids of tool calls: up to 40 letters, digits, - and _, or so many letters and digits. */
  callIdLength: number | null
  /** Put beside every tool call of the history. */
  callExtras: Record<string, unknown>
  /** Whether a user may speak directly after a tool. */
  userAfterTool: boolean
  promptCacheKey: boolean
  safetyIdentifier: boolean
  /** Whether a stream tells its usage only when `stream_options` asks for it. */
  streamOptions: boolean
  /** Whether `response_format` may stand beside `tools`. */
  formatWithTools: boolean
  /** Keywords that must not occur in a tool's schema. */
  droppedKeywords: readonly string[]
  /** Whether it knows only the part of JSON Schema that OpenAPI 3.0 has, as Gemini does. */
  openApiSchemas(model: string): boolean
  /** Whether every object with named properties has to be closed. */
  closedObjects: boolean
  reasoning(model: string): ReasoningRules | null
  /** Whether the model's thoughts may stand in its text, between `<think>` and `</think>`. */
  thinkTags(model: string): boolean
}

const yes = () => true
const no = () => false

/** Any other compatible server: only what nearly all of them take. */
const generic: Quirks = {
  maxTokensField: 'max_tokens',
  // vLLM refuses what does not fit its context; Claude Code asks for 32,000 and more.
  mostOutputTokens: () => 16_384,
  leastOutputTokens: 1,
  inlineSystem: false,
  images: yes,
  imageUrls: true,
  files: no,
  cacheControl: no,
  responses: no,
  sampling: yes,
  mostStops: () => 4,
  topK: false,
  mostTools: Number.POSITIVE_INFINITY,
  toolChoice: () => 'any',
  parallelToolCalls: yes,
  callIdLength: null,
  callExtras: {},
  userAfterTool: true,
  promptCacheKey: false,
  safetyIdentifier: false,
  streamOptions: true,
  formatWithTools: true,
  droppedKeywords: [],
  openApiSchemas: no,
  closedObjects: false,
  reasoning: () => null,
  thinkTags: isThinkingAloud,
}

/** Families whose templates write thoughts into the text where no parser takes them out. */
function isThinkingAloud(model: string): boolean {
  return /qwen|qwq|deepseek|\br1\b|kimi|glm|minimax|magistral|nemotron/i.test(model)
}

export const QUIRKS = {
  generic,
  openai: { ...generic, ...OPENAI },
  azure: { ...generic, ...AZURE },
  cerebras: { ...generic, ...HOSTED.cerebras },
  groq: { ...generic, ...HOSTED.groq },
  openrouter: { ...generic, ...HOSTED.openrouter },
  deepseek: { ...generic, ...HOSTED.deepseek },
  gemini: { ...generic, ...HOSTED.gemini },
  mistral: { ...generic, ...HOSTED.mistral },
  moonshot: { ...generic, ...HOSTED.moonshot },
  xai: { ...generic, ...HOSTED.xai },
  zai: { ...generic, ...HOSTED.zai },
  ollama: { ...generic, ...LOCAL.ollama },
  lmstudio: { ...generic, ...LOCAL.lmstudio },
  vllm: { ...generic, ...LOCAL.vllm },
} satisfies Record<string, Quirks>
