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
