import { isRecord } from '../../json.ts'
import { type Usage, usageOf } from '../translation/usage.ts'

/** Null where the provider reported nothing. */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.prompt_tokens !== 'number') return null
  const prompt = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  const output = isRecord(usage.completion_tokens_details) ? usage.completion_tokens_details : {}
  const said = Number(usage.completion_tokens ?? 0)
  const thought = Number(output.reasoning_tokens ?? 0)
  // xAI counts what was thought beside what was said, and in the total (vercel/ai#12425).
  const isBeside = usage.total_tokens === usage.prompt_tokens + said + thought
  return usageOf({
    input: usage.prompt_tokens,
    output: isBeside ? said + thought : usage.completion_tokens,
    // DeepSeek and Moonshot report the same number under names of their own.
    read: prompt.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
    written: prompt.cache_write_tokens,
    thinking: output.reasoning_tokens,
  })
}
