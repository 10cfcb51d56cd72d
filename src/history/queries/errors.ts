import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Buckets, ErrorGroup } from '../answers.ts'
import { overTime, startsOf, sum } from './buckets.ts'
import { bucketOf, factsIn, piecesOf, within } from './pieces.ts'

/** What makes failures look alike. */
type Look = Pick<ErrorGroup, 'provider' | 'model' | 'outcome' | 'shape'>

interface Count extends Look {
  bucket: number
  count: number
  absorbed: number
  first_seen: number
}

interface Latest extends Look {
  last_seen: number
  request_id: string
}

const MOST_GROUPS = 100

export function errorsOf(db: BunSQLiteDatabase, buckets: Buckets): ErrorGroup[] {
  const { bucketMs } = buckets
  const starts = startsOf(buckets)
  const pieces = piecesOf(within(db, buckets), bucketMs)
  const failures = (columns: string[]) => sql`
    ${factsIn(pieces, 'outcome', ['kind_id', ...columns])} AS facts
      CROSS JOIN outcome_kinds AS kind ON kind.id = facts.kind_id
    WHERE shape IS NOT NULL`
  const counts = db.all<Count>(sql`
    SELECT provider, model, outcome, shape, ${bucketOf(bucketMs)} AS bucket,
      sum(count) AS count, sum(absorbed) AS absorbed, min(first_seen) AS first_seen
    FROM ${failures(['count', 'absorbed', 'first_seen'])}
    GROUP BY provider, model, outcome, shape, bucket`)
  // Beside max(), SQLite gives the other columns of the very row that has it.
  const latest = db.all<Latest>(sql`
    SELECT provider, model, outcome, shape, max(last_seen) AS last_seen, request_id
    FROM ${failures(['last_seen', 'request_id'])}
    GROUP BY provider, model, outcome, shape`)
  const byLook = Map.groupBy(counts, keyOf)
  return latest
    .map((group) => {
      const rows = byLook.get(keyOf(group)) ?? []
      return { group, rows, count: sum(rows, (row) => row.count) }
    })
    .sort(
      (a, b) =>
        b.count - a.count ||
        b.group.last_seen - a.group.last_seen ||
        (keyOf(a.group) < keyOf(b.group) ? -1 : 1),
    )
    .slice(0, MOST_GROUPS)
    .map(({ group, rows, count }) => ({
      ...group,
      ...exampleOf(db, group),
      count,
      absorbed: sum(rows, (row) => row.absorbed),
      first_seen: Math.min(...rows.map((row) => row.first_seen)),
      counts: overTime(starts, rows, (of) => sum(of, (row) => row.count)),
    }))
}

function keyOf({ provider, model, outcome, shape }: Look): string {
  return JSON.stringify([provider, model, outcome, shape])
}

/** The latest of a group as it was; of what is deleted, the shape is left. */
function exampleOf(db: BunSQLiteDatabase, { request_id, ...look }: Latest) {
  const [found] = db.all<Pick<ErrorGroup, 'example' | 'status'>>(sql`
    SELECT error AS example, status FROM outcomes
    WHERE request_id = ${request_id} AND provider IS ${look.provider} AND model IS ${look.model}
      AND outcome = ${look.outcome} AND shape = ${look.shape}
    ORDER BY attempt_id DESC LIMIT 1`)
  return { example: found?.example ?? look.shape, status: found?.status ?? null }
}
