import { tokensIn } from '../../messages/estimate.ts'

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

/** What OpenAI reports, on either API; anything that is no count is none. */
interface Reported {
  input: unknown
  output: unknown
  read: unknown
  written: unknown
  thinking: unknown
}

/**
 * OpenAI counts cached tokens, read and written, inside the input; Anthropic counts them beside
 * `input_tokens`.
 */
export function usageOf(reported: Reported): Usage {
  const [read, written] = [count(reported.read), count(reported.written)]
  const thinking = count(reported.thinking)
  return {
    input_tokens: Math.max(0, count(reported.input) - read - written),
    output_tokens: count(reported.output),
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0
}

/** A guess for a provider that reports nothing: about four characters make a token. */
export function estimateUsage(inputTokens: number, outputCharacters: number): Usage {
  return {
    input_tokens: inputTokens,
    output_tokens: tokensIn(outputCharacters),
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    estimated: true,
  }
}
