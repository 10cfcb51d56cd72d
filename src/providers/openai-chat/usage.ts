import { isRecord } from '../../json.ts'
import type { ClientRequest } from '../../messages/request.ts'

export interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  output_tokens_details?: { thinking_tokens: number }
}

/**
 * OpenAI counts cached tokens, read and written, inside `prompt_tokens`; Anthropic counts them
 * beside `input_tokens`. Null where the provider reported nothing.
 */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.prompt_tokens !== 'number') return null
  const prompt = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  const output = isRecord(usage.completion_tokens_details) ? usage.completion_tokens_details : {}
  // DeepSeek reports the same number under a name of its own.
  const read = count(prompt.cached_tokens ?? usage.prompt_cache_hit_tokens)
  const written = count(prompt.cache_write_tokens)
  const thinking = count(output.reasoning_tokens)
  return {
    input_tokens: Math.max(0, count(usage.prompt_tokens) - read - written),
    output_tokens: count(usage.completion_tokens),
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
  }
}

/** A guess for a provider that reports nothing: about four characters make a token. */
export function estimateUsage(inputTokens: number, outputCharacters: number): Usage {
  return {
    input_tokens: inputTokens,
    output_tokens: Math.ceil(outputCharacters / 4),
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  }
}

/** The same guess for a request. The base64 of an image or a document says nothing of its tokens. */
export function estimateInputTokens({ text, body }: ClientRequest): number {
  const characters = text.length - base64Length(body.messages)
  return Math.ceil(characters / 4)
}

function base64Length(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + base64Length(each), 0)
  if (!isRecord(value)) return 0
  const source = value.source
  if (isRecord(source) && typeof source.data === 'string') return source.data.length
  return base64Length(value.content)
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0
}
