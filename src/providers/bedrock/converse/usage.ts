import type { Usage } from '../../translation/usage.ts'
import type { ConverseUsage } from './wire.ts'

/** As with Anthropic, the input excludes what was read from or written to a cache. */
export function toUsage(usage: ConverseUsage): Usage {
  const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0, cacheDetails = [] } = usage
  const writtenFor = (ttl: string) =>
    cacheDetails
      .filter((detail) => detail.ttl === ttl)
      .reduce((sum, { inputTokens }) => sum + inputTokens, 0)
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: cacheReadInputTokens,
    cache_creation_input_tokens: cacheWriteInputTokens,
    ...(cacheDetails.length > 0 && {
      cache_creation: {
        ephemeral_5m_input_tokens: writtenFor('5m'),
        ephemeral_1h_input_tokens: writtenFor('1h'),
      },
    }),
  }
}
