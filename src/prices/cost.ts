import type { Counts } from '../messages/usage.ts'
import type { Rates } from './price.ts'

/** Each kind of token that is paid for. Thinking is part of the output. */
export const KINDS = [
  { count: 'input_tokens', rate: 'input' },
  { count: 'output_tokens', rate: 'output' },
  { count: 'cache_read_input_tokens', rate: 'cache_read' },
  { count: 'cache_creation_5m_input_tokens', rate: 'cache_write_5m' },
  { count: 'cache_creation_1h_input_tokens', rate: 'cache_write_1h' },
] as const satisfies { count: keyof Counts; rate: keyof Rates }[]

/** "Web search is available on the Claude API for $10 per 1,000 searches" (its pricing page). */
export const USD_PER_WEB_SEARCH = 0.01

/** What an answer cost, in USD; null where its price is not known, or nothing was counted. */
export function costOf(counts: Counts, rates: Rates | null): number | null {
  if (!rates || (counts.input_tokens === null && counts.output_tokens === null)) return null
  const tokens = KINDS.reduce((sum, { count, rate }) => sum + (counts[count] ?? 0) * rates[rate], 0)
  return usd(tokens / 1e6 + (counts.web_search_requests ?? 0) * USD_PER_WEB_SEARCH)
}

/** All together; null where one of them is not known, or there is none. */
export function totalCost(costs: readonly (number | null)[]): number | null {
  const known = costs.filter((cost) => cost !== null)
  if (known.length === 0 || known.length < costs.length) return null
  return usd(known.reduce((sum, cost) => sum + cost, 0))
}

/** A billionth of a dollar is finer than any price, and coarser than the noise of the sums. */
function usd(amount: number): number {
  return Math.round(amount * 1e9) / 1e9
}
