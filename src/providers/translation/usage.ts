import { isRecord } from '../../json.ts'
import type { ClientRequest } from '../../messages/request.ts'

/** Tokens in Anthropic's words: input excludes what was read from or written to a cache. */
export interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
  output_tokens_details?: { thinking_tokens: number }
  /** Set where the service reported nothing, and the counts are a guess of ours. */
  estimated?: true
}

/** A guess for a provider that reports nothing: about four characters make a token. */
export function estimateUsage(inputTokens: number, outputCharacters: number): Usage {
  return {
    input_tokens: inputTokens,
    output_tokens: Math.ceil(outputCharacters / 4),
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    estimated: true,
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
