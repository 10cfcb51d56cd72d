import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import { bucketOf, factsIn, type Piece } from './pieces.ts'

export interface Bin {
  bucket: number
  measure: 'first_event' | 'duration'
  count: number
  /** The sum of its values. */
  ms: number
}

/** How many requests took how long in each bucket, the shortest first. */
export function binsIn(db: BunSQLiteDatabase, pieces: Piece[], bucketMs: number): Bin[] {
  return db.all<Bin>(sql`
    SELECT ${bucketOf(bucketMs)} AS bucket, measure, sum(count) AS count, total(ms) AS ms
    FROM ${factsIn(pieces, 'latency', ['measure', 'bin', 'count', 'ms'])}
    GROUP BY bucket, measure, bin
    ORDER BY bucket, measure, bin`)
}

/** Those of the requests that had content, and of complete ones; null where there are none. */
export function percentilesOf(bins: Bin[]) {
  const first = bins.filter(({ measure }) => measure === 'first_event')
  const whole = bins.filter(({ measure }) => measure === 'duration')
  return {
    first_event_p50_ms: percentile(first, 0.5),
    first_event_p95_ms: percentile(first, 0.95),
    duration_p50_ms: percentile(whole, 0.5),
    duration_p95_ms: percentile(whole, 0.95),
  }
}

/** The mean of the bin that holds the rank: no bin is wider than an eighth of its least value. */
function percentile(bins: Bin[], share: number): number | null {
  const rank = Math.max(1, Math.ceil(bins.reduce((sum, { count }) => sum + count, 0) * share))
  let passed = 0
  for (const { count, ms } of bins) {
    passed += count
    if (passed >= rank) return ms / count
  }
  return null
}
