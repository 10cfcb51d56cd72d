import { isRecord } from '../../json.ts'
import { type Usage, usageOf } from '../translation/usage.ts'

/** Null where nothing was reported. */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.input_tokens !== 'number') return null
  const input = isRecord(usage.input_tokens_details) ? usage.input_tokens_details : {}
  const output = isRecord(usage.output_tokens_details) ? usage.output_tokens_details : {}
  return usageOf({
    input: usage.input_tokens,
    output: usage.output_tokens,
    read: input.cached_tokens,
    written: input.cache_write_tokens,
    thinking: output.reasoning_tokens,
  })
}
