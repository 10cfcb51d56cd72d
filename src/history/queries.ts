import type { Database } from 'bun:sqlite'
import { and, asc, count, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { PageQuery } from './answers.ts'
import { matching } from './filter.ts'
import { createNaiveQueries } from './naive.ts'
import { payloadQuery } from './payloads.ts'
import type { Queries } from './reader.ts'
import { attempts, clientHeaders, type RequestRow, requests } from './schema.ts'

const { client_headers_id: _, ...COLUMNS } = getTableColumns(requests)

/** The members of a request's row, in order. */
export const REQUEST_COLUMNS: readonly string[] = Object.keys(COLUMNS)

/** What can be asked of a database whose schema is up to date; it is not written to. */
export function createQueries(database: Database): Queries {
  const db = drizzle(database)

  const some = (condition: SQL | undefined, order: 'newest' | 'oldest' = 'newest') => {
    const by = order === 'newest' ? desc : asc
    return db
      .select(COLUMNS)
      .from(requests)
      .where(condition)
      .orderBy(by(requests.created_at), by(requests.id))
  }
  const placeOf = (id: string) =>
    db
      .select({ created_at: requests.created_at, id: requests.id })
      .from(requests)
      .where(eq(requests.id, id))
      .get()

  function rowsOf({ limit, offset = 0, before, after, filter = {} }: PageQuery): RequestRow[] {
    const id = before ?? after
    if (id === undefined) return some(matching(filter)).limit(limit).offset(offset).all()
    const place = placeOf(id)
    if (!place) return []
    if (before !== undefined) {
      return some(and(matching(filter), olderThan(place)))
        .limit(limit)
        .offset(offset)
        .all()
    }
    return some(and(matching(filter), newerThan(place)), 'oldest')
      .limit(limit)
      .offset(offset)
      .all()
      .reverse()
  }

  return {
    page(query) {
      const condition = matching(query.filter ?? {})
      const total = db.select({ n: count() }).from(requests).where(condition).get()?.n ?? 0
      return { requests: rowsOf(query), total }
    },

    rows({ limit, filter = {}, behind }) {
      return some(and(matching(filter), behind && olderThan(behind)))
        .limit(limit)
        .all()
    },

    find(id) {
      const found = db
        .select({ request: COLUMNS, headers: clientHeaders.headers })
        .from(requests)
        .leftJoin(clientHeaders, eq(clientHeaders.id, requests.client_headers_id))
        .where(eq(requests.id, id))
        .get()
      if (!found) return null
      const tried = db
        .select()
        .from(attempts)
        .where(eq(attempts.request_id, id))
        .orderBy(attempts.id)
        .all()
      return {
        ...found.request,
        headers: found.headers === null ? null : JSON.parse(found.headers),
        attempts: tried.map(({ id: _, request_id: __, ...row }) => row),
      }
    },

    neighbours(id, filter) {
      const newer = rowsOf({ limit: 1, after: id, filter })[0]?.id ?? null
      const older = rowsOf({ limit: 1, before: id, filter })[0]?.id ?? null
      return { newer, older }
    },

    oldest() {
      return some(undefined, 'oldest').limit(1).get()?.created_at ?? null
    },

    ...createNaiveQueries(db),
    ...payloadQuery(db),
  }
}

type Place = Pick<RequestRow, 'created_at' | 'id'>

function olderThan({ created_at, id }: Place): SQL {
  return sql`(${requests.created_at}, ${requests.id}) < (${created_at}, ${id})`
}

function newerThan({ created_at, id }: Place): SQL {
  return sql`(${requests.created_at}, ${requests.id}) > (${created_at}, ${id})`
}
