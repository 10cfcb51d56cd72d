import { type Recording, recorded } from '../../support/recorded.ts'

export type Wire = 'anthropic' | 'invoke' | 'converse' | 'chat' | 'responses'

/** One recorded answer, and who gave it. */
export interface Row {
  /** Its path among the recordings: without `.json`, or the whole name of a file without one. */
  name: string
  wire: Wire
  /** The service by its name in a configuration. */
  provider: string
}

/** Every recording of an answer that came to its end. */
export const ANSWERS: readonly Row[] = [
  ...rows('anthropic', 'anthropic', [
    'anthropic/stream-text',
    'anthropic/stream-thinking-signature',
    'anthropic/stream-redacted-thinking',
    'anthropic/stream-parallel-tool-use',
    'anthropic/stream-tool-use-with-ratelimit-headers',
    'anthropic/stream-cache-write',
    'anthropic/stream-cache-read',
    'anthropic/stream-web-search-server-tool.chunks.txt',
    'anthropic/stream-tool-search-deferred.chunks.txt#0',
    'anthropic/stream-tool-search-deferred.chunks.txt#1',
    'anthropic/stream-tool-search-deferred.chunks.txt#2',
    'anthropic/stream-tool-no-args.chunks.txt',
    'anthropic/cache-write-1h',
    'anthropic/parallel-tool-use-roundtrip-1',
    'anthropic/parallel-tool-use-roundtrip-2',
    'anthropic/mid-conversation-system',
    'anthropic/mid-conversation-system-cache-1',
    'anthropic/tool-addition-delta',
    'anthropic/tools-deferred',
  ]),
  ...rows('invoke', 'bedrock', [
    'bedrock/invoke-stream-text',
    'bedrock/invoke-stream-parallel-tools',
    'bedrock/invoke-stream-cache-write',
    'bedrock/invoke-json-max-tokens',
    'bedrock/invoke-json-mid-conversation-system',
    'bedrock/invoke-json-cache',
  ]),
  ...rows('converse', 'bedrock', [
    'bedrock/converse-stream-text-nova',
    'bedrock/converse-stream-thinking',
    'bedrock/converse-stream-tool-nova',
    'bedrock/converse-stream-cache-1',
    'bedrock/converse-stream-cache-2',
    'bedrock/converse-json-gpt-oss-reasoning',
    'bedrock/converse-json-tool-with-thinking',
    'bedrock/converse-json-moonshot-tool',
    'bedrock/converse-tool-choice-none',
    'bedrock/converse-tool-choice-list-single',
  ]),
  ...rows('chat', 'openai', [
    'openai/stream-text-usage',
    'openai/stream-parallel-tools',
    'openai/tool-calls-json-1',
    'openai/prompt-cache-1',
    'openai/prompt-cache-2',
    'openai/image-tool-result',
    'openai/tool-choice-none',
    'openai/tool-choice-required',
  ]),
  ...rows('chat', 'groq', ['groq/stream-tool-call.chunks.txt', 'groq/tool-choice-required']),
  ...rows('chat', 'cerebras', [
    'cerebras/json-simple',
    'cerebras/json-reasoning-none',
    'cerebras/json-reasoning-multiturn',
    'cerebras/json-tool-call-qwen3-coder',
  ]),
  ...rows('chat', 'openrouter', [
    'openrouter/stream-claude-reasoning',
    'openrouter/stream-cache',
    'openrouter/json-tool-call',
    'openrouter/json-eager-input-streaming',
    'openrouter/json-cache-messages',
  ]),
  ...rows('chat', 'compatible', [
    'openai-compatible/deepseek-stream-reasoning-tool.chunks.txt',
    'bedrock/mantle-chat-completions',
  ]),
  ...rows('responses', 'openai', [
    'openai/responses-stream-tool',
    'openai/responses-stream-text',
    'openai/responses-stream-encrypted-reasoning-tool',
    'openai/responses-json-reasoning-replay',
    'openai/responses-json-gpt-5.6',
  ]),
  ...rows('responses', 'compatible', [
    'bedrock/mantle-responses-gpt-oss',
    'bedrock/mantle-reused-tool-call-ids',
  ]),
]

/** Its answer came in pieces. */
export function isStream({ name }: Row): boolean {
  return /\b(stream-|reused-tool-call-ids)/.test(name)
}

export const STREAMS = ANSWERS.filter(isStream)

/** Recorded answers to count_tokens; null where the service could not count. */
export const COUNTS: readonly (Row & { tokens: number | null })[] = [
  ...counts('anthropic', 'anthropic', {
    'anthropic/count-tokens': 1114,
    'anthropic/error-404-count-tokens': null,
  }),
  ...counts('invoke', 'bedrock', {
    'bedrock/count-tokens': 18,
    'bedrock/error-400-count-tokens-profile': null,
    'bedrock/error-400-count-tokens-server-tool': null,
  }),
]

/** What nobody is asked for yet. */
export const NOT_REPLAYED: readonly string[] = ['openai/responses-count-tokens']

function counts(wire: Wire, provider: string, tokens: Record<string, number | null>) {
  return Object.entries(tokens).map(([name, count]) => ({ name, wire, provider, tokens: count }))
}

function rows(wire: Wire, provider: string, names: string[]): Row[] {
  return names.map((name) => ({ name, wire, provider }))
}

/** What was asked for, as far as it was kept. */
export async function requestOf({ name }: Row): Promise<Recording['request'] | null> {
  if (/\.(txt|bin|sse)/.test(name)) return null
  return (await recorded(name)).request ?? null
}

/** The model that answered, by the name its service has for it. */
export async function modelOf(row: Row): Promise<string> {
  const request = await requestOf(row)
  const inPath = /\/model\/([^/]+)\//.exec(request?.url ?? '')?.[1]
  const model = inPath ? decodeURIComponent(inPath) : request?.body?.model
  if (typeof model !== 'string') return DEFAULT_MODELS[row.wire]
  // Claude is asked through InvokeModel, every other model through Converse.
  const isAmiss = model.includes('anthropic.') !== (row.wire === 'invoke')
  return row.provider === 'bedrock' && isAmiss ? DEFAULT_MODELS[row.wire] : model
}

const DEFAULT_MODELS: Record<Wire, string> = {
  anthropic: 'claude-sonnet-4-5',
  invoke: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  converse: 'us.amazon.nova-pro-v1:0',
  chat: 'llama-3.3-70b-versatile',
  responses: 'gpt-5.6-luna',
}
