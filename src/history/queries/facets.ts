import { sql } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import { FACETS, type Facets } from '../answers.ts'
import { type Filter, KIND_MEMBERS, withoutKinds } from '../filter.ts'
import { requestKinds } from '../schema.ts'
import { sum } from './buckets.ts'
import { countsOf } from './counts.ts'
import { newest } from './hours.ts'
import { within } from './pieces.ts'
import { taken } from './taken.ts'

type KindMember = (typeof KIND_MEMBERS)[number]
type Choices = Facets[KindMember]

/** More than these are no choice. */
const MOST_VALUES = 50

export function facetsOf(db: BunSQLiteDatabase, filter: Filter): Facets {
  const { counts } = countsOf(db, withoutKinds(filter))
  const found = db.all<{ kind_id: number; requests: number }>(sql`
    SELECT kind_id, total(requests) AS requests FROM ${counts} GROUP BY kind_id`)
  const numbers = new Map(found.map(({ kind_id, requests }) => [kind_id, requests]))
  const kinds = db
    .select()
    .from(requestKinds)
    .all()
    .map((kind) => ({ ...kind, requests: numbers.get(kind.id) ?? 0 }))
  const ofKinds = (facet: KindMember): Choices => {
    const others = KIND_MEMBERS.filter((name) => name !== facet && filter[name] !== undefined)
    const taken = kinds.filter((kind) => others.every((name) => kind[name] === filter[name]))
    return [...Map.groupBy(taken, (kind) => kind[facet])]
      .flatMap(([value, of]) => {
        const count = sum(of, ({ requests }) => requests)
        return value === null || count === 0 ? [] : [{ value: String(value), count }]
      })
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, MOST_VALUES)
  }
  const choices = FACETS.map((facet) => [
    facet,
    facet === 'session_id' ? sessionsOf(db, filter) : ofKinds(facet),
  ])
  return Object.fromEntries(choices)
}

/** Sessions are looked for in hours with so many requests; older ones are nothing to choose now. */
const MOST_LOOKED_AT = 5000

function sessionsOf(db: BunSQLiteDatabase, { session_id: _, ...filter }: Filter): Choices {
  const known = { ...filter, ...within(db, filter) }
  const since = newest(db, known, MOST_LOOKED_AT) ?? 0
  return db.all(sql`
    SELECT r.session_id AS value, count(*) AS count
    ${taken({ ...known, since: Math.max(since, known.since) })} AND r.session_id IS NOT NULL
    GROUP BY r.session_id ORDER BY count DESC, value LIMIT ${MOST_VALUES}`)
}
