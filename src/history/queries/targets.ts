import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Buckets, TargetHistory } from '../answers.ts'
import { overTime, startsOf, sum } from './buckets.ts'
import { bucketOf, factsIn, piecesOf, within } from './pieces.ts'

type Name = Pick<TargetHistory, 'provider' | 'model' | 'region'>

interface Count extends Name {
  bucket: number
  attempts: number
  succeeded: number
  first_events: number
  first_event_ms: number
}

interface Latest extends Name {
  at: number
  request_id: string
}

export function targetsOf(db: BunSQLiteDatabase, buckets: Buckets): TargetHistory[] {
  const { bucketMs } = buckets
  const starts = startsOf(buckets)
  const pieces = piecesOf(within(db, buckets), bucketMs)
  const outcomes = (columns: string[]) => sql`
    ${factsIn(pieces, 'outcome', ['kind_id', ...columns])} AS facts
      CROSS JOIN outcome_kinds AS kind ON kind.id = facts.kind_id
    WHERE provider IS NOT NULL`
  const counts = db.all<Count>(sql`
    SELECT provider, model, region, ${bucketOf(bucketMs)} AS bucket,
      total(count) FILTER (WHERE outcome <> 'aborted') AS attempts,
      total(count) FILTER (WHERE outcome = 'ok') AS succeeded,
      sum(first_events) AS first_events, sum(first_event_ms) AS first_event_ms
    FROM ${outcomes(['count', 'first_events', 'first_event_ms'])}
    GROUP BY provider, model, region, bucket`)
  // Beside max(), SQLite gives the other columns of the very row that has it.
  const failures = db.all<Latest>(sql`
    SELECT provider, model, region, max(last_seen) AS at, request_id
    FROM ${outcomes(['last_seen', 'request_id'])} AND shape IS NOT NULL
    GROUP BY provider, model, region`)
  const latest = new Map(failures.map((failure) => [keyOf(failure), failure]))
  return [...Map.groupBy(counts, keyOf)]
    .flatMap(([key, rows]) => {
      const [first] = rows
      return first ? [historyOf(db, first, rows, starts, latest.get(key))] : []
    })
    .sort((a, b) => b.attempts - a.attempts)
}

function historyOf(
  db: BunSQLiteDatabase,
  { provider, model, region }: Name,
  rows: Count[],
  starts: number[],
  latest: Latest | undefined,
): TargetHistory {
  const attempts = (of: Count[]) => sum(of, (row) => row.attempts)
  const succeeded = (of: Count[]) => sum(of, (row) => row.succeeded)
  return {
    provider,
    model,
    region,
    attempts: attempts(rows),
    succeeded: succeeded(rows),
    attempts_over_time: overTime(starts, rows, attempts),
    succeeded_over_time: overTime(starts, rows, succeeded),
    first_event_over_time: overTime(starts, rows, (of) => {
      const answered = sum(of, (row) => row.first_events)
      return answered === 0 ? null : sum(of, (row) => row.first_event_ms) / answered
    }),
    last_error: latest ? lastError(db, latest) : null,
  }
}

/** Null where the request is deleted meanwhile. */
function lastError(db: BunSQLiteDatabase, { at, request_id, ...target }: Latest) {
  const [found] = db.all<{ outcome: string; error: string }>(sql`
    SELECT outcome, error FROM outcomes
    WHERE request_id = ${request_id} AND provider = ${target.provider}
      AND model = ${target.model} AND region IS ${target.region} AND shape IS NOT NULL
    ORDER BY attempt_id DESC LIMIT 1`)
  return found ? { ...found, at, request_id } : null
}

function keyOf({ provider, model, region }: Name): string {
  return JSON.stringify([provider, model, region])
}
