import type { RequestRow } from './schema.ts'

type Counts = Pick<
  RequestRow,
  'input_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens'
>

/** How many tokens went in, from a cache or not; null where nobody has counted them. */
export function contextOf(row: Counts): number | null {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = row
  if (input_tokens === null) return null
  return input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0)
}

/** The part of them that was read from a cache, 0 to 1; null where nobody spoke of a cache. */
export function cachedShareOf(row: Counts): number | null {
  const context = contextOf(row)
  const read = row.cache_read_input_tokens
  return read === null || !context ? null : read / context
}
