import { type SQL, sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import type { Span } from '../answers.ts'
import { type Filter, isOfKinds } from '../filter.ts'
import type { RequestRow } from '../schema.ts'
import { type Direction, type Hour, hoursOf } from './hours.ts'
import { HOUR, within } from './pieces.ts'
import { taken } from './taken.ts'

/** Where a request stands in time. */
export type Place = Pick<RequestRow, 'created_at' | 'id'>

export interface Wanted {
  filter: Filter
  limit: number
  offset: number
  direction: Direction
  /** Only what is beyond this one, in the direction. */
  from?: Place | undefined
}

/** So many are looked at together where a filter may refuse any of them. */
const LOOKED_AT = 5000

/**
 * The ids of up to `limit` requests that a filter takes, the nearest first. The slots tell in which
 * hours there are any, so that few others are looked at, however rare they are.
 */
export function idsOf(db: BunSQLiteDatabase, wanted: Wanted): string[] {
  const { limit, direction } = wanted
  const filter = bounded(wanted, within(db, wanted.filter))
  if (filter.session_id !== undefined || filter.search !== undefined) {
    return find(db, wanted, filter, limit, wanted.offset)
  }
  const isExact = isOfKinds(filter)
  const skipped = isExact ? skipHours(db, wanted, filter) : { rest: filter, offset: wanted.offset }
  const { rest } = skipped
  let { offset } = skipped
  const least = isExact ? offset + limit : LOOKED_AT
  const ids: string[] = []
  for (const stretch of stretchesOf(hoursOf(db, rest, direction), least)) {
    const part = during(rest, stretch)
    const found = find(db, wanted, part, limit - ids.length, offset)
    const isPassed = offset > 0 && found.length === 0
    offset = isPassed ? offset - count(db, wanted, part) : 0
    ids.push(...found)
    if (ids.length >= limit) break
  }
  return ids
}

function bounded({ filter, from, direction }: Wanted, { since, until }: Span): Filter {
  if (!from) return { ...filter, since, until }
  return direction === 'older'
    ? { ...filter, since, until: Math.min(until, from.created_at + 1) }
    : { ...filter, since: Math.max(since, from.created_at), until }
}

/** Leaves out the hours that the offset passes over. */
function skipHours(db: BunSQLiteDatabase, wanted: Wanted, filter: Filter) {
  const { since = 0, until = Infinity } = filter
  const { direction } = wanted
  let rest = filter
  let { offset } = wanted
  if (offset === 0) return { rest, offset }
  for (const { slot, requests } of hoursOf(db, filter, direction)) {
    const isWhole = slot > since && slot + HOUR < until
    const hour = { since: slot, until: slot + HOUR }
    const taken = isWhole ? requests : count(db, wanted, during(filter, hour))
    if (taken > offset) break
    offset -= taken
    rest = direction === 'older' ? { ...rest, until: slot } : { ...rest, since: slot + HOUR }
  }
  return { rest, offset }
}

/** Hours taken together until there are `least` requests in them. */
function* stretchesOf(hours: Iterable<Hour>, least: number): Generator<Span> {
  let slots: number[] = []
  let held = 0
  for (const { slot, requests } of hours) {
    slots.push(slot)
    held += requests
    if (held < least) continue
    yield around(slots)
    slots = []
    held = 0
  }
  if (slots.length > 0) yield around(slots)
}

function around(slots: number[]): Span {
  return { since: Math.min(...slots), until: Math.max(...slots) + HOUR }
}

function during(filter: Filter, span: Span): Filter {
  return {
    ...filter,
    since: Math.max(filter.since ?? 0, span.since),
    until: Math.min(filter.until ?? Infinity, span.until),
  }
}

function find(
  db: BunSQLiteDatabase,
  { direction, from }: Wanted,
  filter: Filter,
  limit: number,
  offset: number,
): string[] {
  const order = direction === 'older' ? sql`DESC` : sql`ASC`
  const rows = db.all<{ id: string }>(sql`
    SELECT r.id ${taken(filter)}${beyond(direction, from)}
    ORDER BY r.created_at ${order}, r.id ${order}
    LIMIT ${limit} OFFSET ${offset}`)
  return rows.map(({ id }) => id)
}

function count(db: BunSQLiteDatabase, { direction, from }: Wanted, filter: Filter): number {
  const [row] = db.all<{ n: number }>(sql`
    SELECT count(*) AS n ${taken(filter)}${beyond(direction, from)}`)
  return row?.n ?? 0
}

function beyond(direction: Direction, from: Place | undefined): SQL {
  if (!from) return sql``
  const than = direction === 'older' ? sql`<` : sql`>`
  return sql` AND (r.created_at, r.id) ${than} (${from.created_at}, ${from.id})`
}
