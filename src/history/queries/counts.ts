import { type SQL, sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Buckets, Counted, Histogram } from '../answers.ts'
import { type Filter, isOfKinds, kindsOf } from '../filter.ts'
import type { RequestState } from '../schema.ts'
import { startsOf } from './buckets.ts'
import { newest } from './hours.ts'
import { bucketOf, factsIn, piecesOf, within } from './pieces.ts'
import { requestsOverTime } from './series.ts'
import { taken } from './taken.ts'

/** So many are looked at to count those that took long or cost much: some 20 ms, and a page counts thrice. */
const MOST_LOOKED_AT = 100_000

interface Counts extends Counted {
  /** What a filter takes, as a subquery: `at`, `kind_id`, and how many `requests`. */
  counts: SQL
}

/** `bucketMs`: the pieces of time that are told apart. */
export function countsOf(db: BunSQLiteDatabase, filter: Filter, bucketMs = 0): Counts {
  const span = within(db, filter)
  const known = { ...filter, ...span }
  if (isOfKinds(filter)) {
    const kinds = kindsOf(filter)
    const condition = kinds && sql`kind_id IN ${kinds}`
    const columns = ['kind_id', 'requests']
    const counts = factsIn(piecesOf(span, bucketMs), 'request', columns, condition)
    return { counts, counted_since: null }
  }
  const isNarrow = filter.session_id !== undefined || filter.search !== undefined
  const counted_since = isNarrow ? null : newest(db, known, MOST_LOOKED_AT)
  const since = Math.max(known.since, counted_since ?? 0)
  const counts = sql`(
    SELECT r.created_at AS at, r.kind_id, 1 AS requests ${taken({ ...known, since })})`
  return { counts, counted_since: since > known.since ? since : null }
}

export function totalOf(db: BunSQLiteDatabase, filter: Filter): Counted & { total: number } {
  const { counts, counted_since } = countsOf(db, filter)
  const [row] = db.all<{ n: number }>(sql`SELECT total(requests) AS n FROM ${counts}`)
  return { total: row?.n ?? 0, counted_since }
}

interface Part {
  bucket: number
  state: RequestState
  requests: number
}

export function histogramOf(db: BunSQLiteDatabase, filter: Filter, buckets: Buckets): Histogram {
  const { bucketMs } = buckets
  const since = Math.max(filter.since ?? 0, buckets.since)
  const until = Math.min(filter.until ?? Infinity, buckets.until)
  const { counts, counted_since } = countsOf(db, { ...filter, since, until }, bucketMs)
  const parts = db.all<Part>(sql`
    SELECT ${bucketOf(bucketMs)} AS bucket, state, total(requests) AS requests
    FROM ${counts} AS counts CROSS JOIN request_kinds AS kind ON kind.id = counts.kind_id
    GROUP BY bucket, state`)
  const starts = startsOf(buckets)
  return {
    buckets: starts,
    bucket_ms: bucketMs,
    requests: requestsOverTime(starts, parts),
    counted_since,
  }
}
