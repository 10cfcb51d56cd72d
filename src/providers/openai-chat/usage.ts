import { isRecord } from '../../json.ts'
import { type Usage, usageOf } from '../translation/usage.ts'

/** Null where the provider reported nothing. */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.prompt_tokens !== 'number') return null
  const prompt = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  const output = isRecord(usage.completion_tokens_details) ? usage.completion_tokens_details : {}
  return usageOf({
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    // DeepSeek and Moonshot report the same number under names of their own.
    read: prompt.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
    written: prompt.cache_write_tokens,
    thinking: output.reasoning_tokens,
  })
}
