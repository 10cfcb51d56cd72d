import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Filter } from '../filter.ts'
import { HOUR } from './pieces.ts'
import { slotsOf } from './taken.ts'

export type Direction = 'older' | 'newer'

export interface Hour {
  /** Where it begins, Unix ms. */
  slot: number
  /** How many requests in it a filter may take: just as many where it is of kinds alone. */
  requests: number
}

/** Most questions have their answer in the first hours. */
const FIRST_HOURS = 4

/** The hours that may hold what a filter takes, one after the other in time. */
export function* hoursOf(
  db: BunSQLiteDatabase,
  filter: Filter,
  direction: Direction,
): Generator<Hour> {
  const isOlder = direction === 'older'
  let rest = filter
  for (let limit = FIRST_HOURS; ; limit *= 4) {
    const hours = db.all<Hour>(sql`
      SELECT slot, sum(requests) AS requests FROM request_slots WHERE ${slotsOf(rest)}
      GROUP BY slot ORDER BY slot ${isOlder ? sql`DESC` : sql`ASC`} LIMIT ${limit}`)
    yield* hours
    const last = hours.at(-1)
    if (!last || hours.length < limit) return
    rest = isOlder ? { ...rest, until: last.slot } : { ...rest, since: last.slot + HOUR }
  }
}

/** From when on there are some `least` requests that a filter may take; null where not so many are. */
export function newest(db: BunSQLiteDatabase, filter: Filter, least: number): number | null {
  let requests = 0
  for (const hour of hoursOf(db, filter, 'older')) {
    requests += hour.requests
    if (requests >= least) return hour.slot
  }
  return null
}
