import type { Spent } from '../src/history/answers.ts'
import { formatCount } from './format.ts'

/** How much of the cost is known; nothing where there is none. */
export function describeCost({ cost_usd, unpriced }: Pick<Spent, 'cost_usd' | 'unpriced'>): string {
  if (unpriced === 0) return cost_usd === null ? '' : 'all of it is known'
  const gap = `${formatCount(unpriced)} without a price`
  return cost_usd === null ? gap : `at least: ${gap}`
}
