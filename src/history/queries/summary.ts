import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { ModelUse, Span, Summary } from '../answers.ts'
import { STATES } from '../filter-query.ts'
import type { RequestState } from '../schema.ts'
import { sum } from './buckets.ts'
import { binsIn, percentilesOf } from './latency.ts'
import { factsIn, piecesOf, within } from './pieces.ts'
import { SPENT_COLUMNS, type Sums, spentOf, sumsOf } from './spent.ts'

const LEDGER_COLUMNS = [
  'throttles_absorbed',
  'wait_avoided_ms',
  'extra_cost_usd',
  'weaker_turns',
  'partial_streams',
  'partial_cost_usd',
  'cache_lost_tokens',
  'cache_lost_usd',
] as const
const COLUMNS = ['requests', 'duration_ms', ...SPENT_COLUMNS, ...LEDGER_COLUMNS] as const

interface StateSums extends Sums<(typeof COLUMNS)[number]> {
  state: RequestState
  fell_back: number
}

export function summaryOf(db: BunSQLiteDatabase, span: Span): Summary {
  const pieces = piecesOf(within(db, span))
  const parts = db.all<StateSums>(sql`
    SELECT state, fell_back, ${sumsOf(COLUMNS)}
    FROM ${factsIn(pieces, 'request', ['kind_id', ...COLUMNS])} AS facts
      CROSS JOIN request_kinds AS kind ON kind.id = facts.kind_id
    GROUP BY state, fell_back`)
  const all = Object.fromEntries(
    COLUMNS.map((name) => [name, sum(parts, (part) => part[name])]),
  ) as Sums<(typeof COLUMNS)[number]>
  const requestsIn = (state: RequestState, of = parts) =>
    sum(
      of.filter((part) => part.state === state),
      (part) => part.requests,
    )
  const succeeded = requestsIn('complete')
  const spent = spentOf(all)
  const perRequest = (total: number) => (all.requests === 0 ? null : total / all.requests)
  return {
    requests: all.requests,
    succeeded,
    success_rate: perRequest(succeeded),
    states: Object.fromEntries(
      STATES.map((state) => [state, requestsIn(state)]),
    ) as Summary['states'],
    fallbacks: requestsIn(
      'complete',
      parts.filter(({ fell_back }) => fell_back),
    ),
    average_tokens: perRequest(spent.total_tokens),
    average_duration_ms: perRequest(all.duration_ms),
    ...percentilesOf(binsIn(db, pieces, Number.MAX_SAFE_INTEGER)),
    ...spent,
    ledger: Object.fromEntries(LEDGER_COLUMNS.map((name) => [name, all[name]])) as Sums<
      (typeof LEDGER_COLUMNS)[number]
    >,
  }
}

interface ModelSums extends Sums<'requests' | 'succeeded' | (typeof SPENT_COLUMNS)[number]> {
  provider: string | null
  model: string
}

export function topModels(db: BunSQLiteDatabase, span: Span, limit: number): ModelUse[] {
  const columns = ['requests', ...SPENT_COLUMNS]
  const models = db.all<ModelSums>(sql`
    SELECT provider, served_model AS model,
      total(requests) FILTER (WHERE state = 'complete') AS succeeded, ${sumsOf(columns)}
    FROM ${factsIn(piecesOf(within(db, span)), 'request', ['kind_id', ...columns])} AS facts
      CROSS JOIN request_kinds AS kind ON kind.id = facts.kind_id
    WHERE served_model IS NOT NULL
    GROUP BY provider, served_model
    ORDER BY total(cost_usd) DESC,
      total(input_tokens + output_tokens + cache_read_input_tokens + cache_creation_input_tokens) DESC,
      provider, served_model
    LIMIT ${limit}`)
  return models.map((sums) => ({
    provider: sums.provider ?? '',
    model: sums.model,
    requests: sums.requests,
    succeeded: sums.succeeded,
    ...spentOf(sums),
  }))
}
