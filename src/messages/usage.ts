import { isRecord } from '../json.ts'

/** Tokens of one answer; null where the upstream has not said. Input excludes cached tokens. */
export interface Usage {
  input_tokens: number | null
  output_tokens: number | null
  cache_read_input_tokens: number | null
  cache_creation_input_tokens: number | null
}

export function emptyUsage(): Usage {
  return {
    input_tokens: null,
    output_tokens: null,
    cache_read_input_tokens: null,
    cache_creation_input_tokens: null,
  }
}

/**
 * Takes over what a `usage` object says. In a stream the counts are cumulative, and a null or
 * absent member of a later one means "unchanged" (Claude API, streaming).
 */
export function mergeUsage(usage: Usage, said: unknown): void {
  if (!isRecord(said)) return
  for (const key of Object.keys(usage) as (keyof Usage)[]) {
    const value = said[key]
    if (typeof value === 'number') usage[key] = value
  }
}

/** Both together; null where neither knows. */
export function addUsage(a: Usage, b: Usage): Usage {
  const sum = emptyUsage()
  for (const key of Object.keys(sum) as (keyof Usage)[]) {
    if (a[key] !== null || b[key] !== null) sum[key] = (a[key] ?? 0) + (b[key] ?? 0)
  }
  return sum
}
