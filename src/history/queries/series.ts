import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Buckets, Series } from '../answers.ts'
import { STATES } from '../filter-query.ts'
import type { RequestState } from '../schema.ts'
import { overTime, startsOf, sum } from './buckets.ts'
import { binsIn, percentilesOf } from './latency.ts'
import { bucketOf, factsIn, type Piece, piecesOf, within } from './pieces.ts'
import { type Sums, sumsOf } from './spent.ts'

const TOKENS = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const

interface StateSums extends Sums<'requests' | (typeof TOKENS)[number]> {
  bucket: number
  state: RequestState
}

export function seriesOf(db: BunSQLiteDatabase, buckets: Buckets): Series {
  const { bucketMs } = buckets
  const starts = startsOf(buckets)
  const pieces = piecesOf(within(db, buckets), bucketMs)
  const columns = ['requests', ...TOKENS]
  const parts = db.all<StateSums>(sql`
    SELECT ${bucketOf(bucketMs)} AS bucket, state, ${sumsOf(columns)}
    FROM ${factsIn(pieces, 'request', ['kind_id', ...columns])} AS facts
      CROSS JOIN request_kinds AS kind ON kind.id = facts.kind_id
    GROUP BY bucket, state`)
  const percentiles = overTime(starts, binsIn(db, pieces, bucketMs), percentilesOf)
  return {
    buckets: starts,
    bucket_ms: bucketMs,
    requests: requestsOverTime(starts, parts),
    first_event_p50_ms: percentiles.map((of) => of.first_event_p50_ms),
    first_event_p95_ms: percentiles.map((of) => of.first_event_p95_ms),
    duration_p50_ms: percentiles.map((of) => of.duration_p50_ms),
    duration_p95_ms: percentiles.map((of) => of.duration_p95_ms),
    tokens: Object.fromEntries(
      TOKENS.map((name) => [
        name,
        overTime(starts, parts, (rows) => sum(rows, (row) => row[name])),
      ]),
    ) as Series['tokens'],
    cost_by_target: costByTarget(db, pieces, bucketMs, starts),
  }
}

/** How many requests ended how, bucket by bucket. */
export function requestsOverTime(
  starts: readonly number[],
  parts: { bucket: number; state: RequestState; requests: number }[],
): Series['requests'] {
  const counts = (state: RequestState) =>
    overTime(
      starts,
      parts.filter((part) => part.state === state),
      (rows) => sum(rows, (row) => row.requests),
    )
  return Object.fromEntries(STATES.map((state) => [state, counts(state)])) as Series['requests']
}

/** More lines than these would not be told apart. */
const MOST_TARGETS = 5

interface Cost {
  target: string
  bucket: number
  cost: number
}

function costByTarget(
  db: BunSQLiteDatabase,
  pieces: Piece[],
  bucketMs: number,
  starts: readonly number[],
): Series['cost_by_target'] {
  const costs = db.all<Cost>(sql`
    SELECT ifnull(served_model, '') || ifnull(' ' || region, '') AS target,
      ${bucketOf(bucketMs)} AS bucket, total(cost_usd) AS cost
    FROM ${factsIn(pieces, 'request', ['kind_id', 'cost_usd'], sql`cost_usd > 0`)} AS facts
      CROSS JOIN request_kinds AS kind ON kind.id = facts.kind_id
    GROUP BY target, bucket
    ORDER BY target`)
  const targets = [...Map.groupBy(costs, ({ target }) => target)].sort(
    ([, a], [, b]) => sum(b, ({ cost }) => cost) - sum(a, ({ cost }) => cost),
  )
  const shown = targets.length > MOST_TARGETS ? targets.slice(0, MOST_TARGETS - 1) : targets
  const others = targets.slice(shown.length).flatMap(([, rows]) => rows)
  const lines = others.length > 0 ? [...shown, ['other', others] as const] : shown
  return lines.map(([target, rows]) => ({
    target,
    values: overTime(starts, rows, (of) => sum(of, ({ cost }) => cost)),
  }))
}
