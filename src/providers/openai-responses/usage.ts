import { isRecord } from '../../json.ts'
import type { Usage } from '../translation/usage.ts'

/**
 * OpenAI counts cached tokens, read and written, inside `input_tokens`; Anthropic counts them
 * beside it. Null where nothing was reported.
 */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.input_tokens !== 'number') return null
  const input = isRecord(usage.input_tokens_details) ? usage.input_tokens_details : {}
  const output = isRecord(usage.output_tokens_details) ? usage.output_tokens_details : {}
  const read = count(input.cached_tokens)
  const written = count(input.cache_write_tokens)
  const thinking = count(output.reasoning_tokens)
  return {
    input_tokens: Math.max(0, count(usage.input_tokens) - read - written),
    output_tokens: count(usage.output_tokens),
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    ...(thinking > 0 && { output_tokens_details: { thinking_tokens: thinking } }),
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0
}
