import { type SQL, sql } from 'drizzle-orm'
import type { Spent } from '../answers.ts'

/** The sums that `spentOf` needs. */
export const SPENT_COLUMNS = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'thinking_tokens',
  'cost_usd',
  'priced',
  'unpriced',
] as const

export type Sums<Name extends string> = Record<Name, number>

/** Each column added up, under its own name. */
export function sumsOf(columns: readonly string[]): SQL {
  return sql.join(
    columns.map((name) => sql`total(${sql.identifier(name)}) AS ${sql.identifier(name)}`),
    sql`, `,
  )
}

export function spentOf(sums: Sums<(typeof SPENT_COLUMNS)[number]>): Spent {
  const read = sums.cache_read_input_tokens
  const taken = sums.input_tokens + read + sums.cache_creation_input_tokens
  return {
    input_tokens: sums.input_tokens,
    output_tokens: sums.output_tokens,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: sums.cache_creation_input_tokens,
    thinking_tokens: sums.thinking_tokens,
    total_tokens: taken + sums.output_tokens,
    cache_hit_share: taken === 0 ? null : read / taken,
    cost_usd: sums.priced === 0 ? null : sums.cost_usd,
    unpriced: sums.unpriced,
  }
}
