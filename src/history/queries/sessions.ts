import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { SessionPage, SessionQuery, SessionSummary } from '../answers.ts'
import { type SPENT_COLUMNS, type Sums, spentOf } from './spent.ts'

const COUNTS = [
  'first_seen',
  'last_seen',
  'requests',
  'turns',
  'failed',
  'fallbacks',
  'cache_busts',
  'cache_lost_tokens',
  'cache_lost_usd',
] as const

interface Totals extends Sums<(typeof COUNTS)[number] | (typeof SPENT_COLUMNS)[number]> {
  session_id: string
}

export function sessionsOf(db: BunSQLiteDatabase, query: SessionQuery): SessionPage {
  const { since = 0, until = Infinity, order, limit, offset } = query
  const found = sql`
    FROM session_totals INDEXED BY session_totals_last_seen
    WHERE last_seen >= ${since} AND first_seen < ${until}`
  const sorting = sql`ORDER BY ${sql.identifier(order)} DESC, last_seen DESC, session_id`
  // The index has all that is needed to choose some, and only these are looked up.
  const sessions = db.all<Totals>(sql`
    SELECT * FROM session_totals
    WHERE session_id IN (SELECT session_id ${found} ${sorting} LIMIT ${limit} OFFSET ${offset})
    ${sorting}`)
  const [counted] = db.all<{ n: number }>(sql`SELECT count(*) AS n ${found}`)
  return { sessions: sessions.map(summaryOf), total: counted?.n ?? 0 }
}

export function sessionOf(db: BunSQLiteDatabase, id: string): SessionSummary | null {
  const [totals] = db.all<Totals>(sql`SELECT * FROM session_totals WHERE session_id = ${id}`)
  return totals ? summaryOf(totals) : null
}

function summaryOf(totals: Totals): SessionSummary {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, totals[name]]))
  return {
    session_id: totals.session_id,
    ...(counts as Pick<Totals, (typeof COUNTS)[number]>),
    ...spentOf(totals),
  }
}
