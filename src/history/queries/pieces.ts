import { type SQL, sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Span } from '../answers.ts'

const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** The lengths of the rollups' slots, in ms, the shortest first; as in 0007_rollups.sql. */
export const SLOT_SIZES = [5 * MINUTE, HOUR, 12 * HOUR] as const

/** A stretch of time whose sums are found in one place. */
export interface Piece extends Span {
  /** The length of the slots that hold them; null where only the rows do. */
  size: number | null
}

/**
 * Cuts a span into whole slots, as long as they can be, and what sticks out at both ends. With
 * `bucketMs`, no slot reaches over the edge of a bucket.
 */
export function piecesOf(span: Span, bucketMs: number = 0): Piece[] {
  const sizes = SLOT_SIZES.filter((size) => bucketMs % size === 0)
  const pieces = cut(span, sizes)
  return pieces.length > 0 ? pieces : [{ ...span, size: null }]
}

function cut({ since, until }: Span, sizes: readonly number[]): Piece[] {
  if (since >= until) return []
  const size = sizes.at(-1)
  if (size === undefined) return [{ since, until, size: null }]
  const shorter = sizes.slice(0, -1)
  const from = Math.ceil(since / size) * size
  const to = Math.floor(until / size) * size
  if (from >= to) return cut({ since, until }, shorter)
  return [
    ...cut({ since, until: from }, shorter),
    { since: from, until: to, size },
    ...cut({ since: to, until }, shorter),
  ]
}

/** The part of a span in which there are requests: of what is older, slots may still hold a rest. */
export function within(
  db: BunSQLiteDatabase,
  { since = 0, until = Infinity }: Partial<Span>,
): Span {
  const [known] = db.all<{ oldest: number | null; newest: number | null }>(sql`
    SELECT (SELECT min(created_at) FROM requests) AS oldest,
      (SELECT max(created_at) FROM requests) AS newest`)
  return {
    since: Math.max(since, known?.oldest ?? 0),
    until: Math.min(until, (known?.newest ?? 0) + 1),
  }
}

/** What can be added up: rows as a view tells them, and slots with the same columns. */
export type Added = 'request' | 'latency' | 'outcome'

/** The `columns` of all pieces, with the time of each as `at`: that of its row or of its slot. */
export function factsIn(
  pieces: Piece[],
  added: Added,
  columns: readonly string[],
  condition?: SQL,
): SQL {
  const chosen = sql.join(
    columns.map((name) => sql.identifier(name)),
    sql`, `,
  )
  const and = condition ? sql` AND ${condition}` : sql``
  const legs = pieces.map(({ since, until, size }) =>
    size === null
      ? sql`SELECT created_at AS at, ${chosen} FROM ${sql.identifier(`${added}_facts`)}
          WHERE created_at >= ${since} AND created_at < ${until}${and}`
      : sql`SELECT slot AS at, ${chosen} FROM ${sql.identifier(`${added}_slots`)}
          WHERE size = ${size} AND slot >= ${since} AND slot < ${until}${and}`,
  )
  return sql`(${sql.join(legs, sql` UNION ALL `)})`
}

/** The beginning of the bucket in which `at` lies. */
export function bucketOf(bucketMs: number): SQL {
  return sql`at - at % ${bucketMs}`
}
