import type { AttemptRow, RequestRow } from '../history/schema.ts'
import { costOf, totalCost } from '../prices/cost.ts'
import { ratesFor } from '../prices/price.ts'
import type { PriceOf } from '../prices/prices.ts'
import { LONGEST_BLOCK_MS } from '../routing/block.ts'
import { isWeaker } from '../routing/weaker.ts'
import type { Ending, RequestFacts } from './row.ts'

/** What the fallbacks of one request brought, and what they cost. */
export type LedgerColumns = Pick<
  RequestRow,
  | 'preferred_provider'
  | 'preferred_model'
  | 'throttles_absorbed'
  | 'wait_avoided_ms'
  | 'extra_cost_usd'
  | 'is_weaker'
  | 'partial_cost_usd'
>

/** `rows` are those of the attempts, in the same order; `costUsd` is that of the whole request. */
export function ledgerOf(
  facts: Pick<RequestFacts, 'preferred' | 'served' | 'attempts'>,
  rows: readonly AttemptRow[],
  { state, costUsd }: Pick<Ending, 'state'> & { costUsd: number | null },
  priceOf: PriceOf,
): LedgerColumns {
  const { preferred, served } = facts
  const isElsewhere = preferred !== null && served !== null && served.target.id !== preferred.id
  const isComplete = state === 'complete'
  return {
    preferred_provider: preferred?.provider ?? null,
    preferred_model: preferred?.model ?? null,
    throttles_absorbed: isComplete ? rows.filter(isThrottled).length : 0,
    wait_avoided_ms: isComplete ? waitAvoided(facts, rows) : 0,
    extra_cost_usd: isElsewhere ? extraCost(facts, costUsd, priceOf) : null,
    is_weaker: isElsewhere && isWeaker(served.target, preferred, priceOf),
    partial_cost_usd: partialCost(facts, rows),
  }
}

function isThrottled({ outcome }: AttemptRow): boolean {
  return outcome === 'rate_limited' || outcome === 'overloaded'
}

/**
 * A client on its own would have been told to wait by the first refusal that names a time, and would
 * have waited that long before it asked again. Of that goes what passed here between that refusal and
 * the attempt that answered. A time no block is trusted for is not counted either: a day's quota
 * would drown all the rest.
 */
function waitAvoided(
  { served, attempts }: Pick<RequestFacts, 'served' | 'attempts'>,
  rows: readonly AttemptRow[],
): number {
  const refusal = rows.find((row) => isThrottled(row) && row.retry_after_ms !== null)
  const answer = served && rows[attempts.indexOf(served)]
  if (!refusal || !answer) return 0
  const told = Math.min(refusal.retry_after_ms ?? 0, LONGEST_BLOCK_MS)
  const waited = answer.started_ms - refusal.started_ms - refusal.duration_ms
  return Math.round(Math.max(0, told - Math.max(0, waited)))
}

/** Tokens of the same kinds at the preferred target's rates: a cache gone cold counts elsewhere. */
function extraCost(
  { preferred, attempts }: Pick<RequestFacts, 'preferred' | 'attempts'>,
  costUsd: number | null,
  priceOf: PriceOf,
): number | null {
  const price = preferred && priceOf(preferred)
  const usages = attempts.flatMap(({ usage }) => usage ?? [])
  const instead = totalCost(usages.map((usage) => costOf(usage, ratesFor(price, usage))))
  return costUsd === null || instead === null ? null : totalCost([costUsd, -instead])
}

/** Of what broke off by itself: who closed the connection has had what was paid for. */
function partialCost(
  { attempts }: Pick<RequestFacts, 'attempts'>,
  rows: readonly AttemptRow[],
): number | null {
  const broken = rows.filter((_, index) => {
    const { usage, outcome } = attempts[index] ?? {}
    return usage !== undefined && outcome !== undefined
  })
  return totalCost(broken.map(({ cost_usd }) => cost_usd))
}
