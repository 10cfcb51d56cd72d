import { isRecord } from '../../json.ts'
import type { Usage } from '../translation/usage.ts'

/**
 * OpenAI counts cached tokens, read and written, inside `prompt_tokens`; Anthropic counts them
 * beside `input_tokens`. Null where the provider reported nothing.
 */
export function toUsage(usage: unknown): Usage | null {
  if (!isRecord(usage) || typeof usage.prompt_tokens !== 'number') return null
  const prompt = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {}
  const output = isRecord(usage.completion_tokens_details) ? usage.completion_tokens_details : {}
  // DeepSeek and Moonshot report the same number under names of their own.
  const named = usage.prompt_cache_hit_tokens ?? usage.cached_tokens
  const read = count(prompt.cached_tokens ?? named)
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

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0
}
