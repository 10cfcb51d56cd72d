import type { Database } from 'bun:sqlite'
import { desc, eq, getTableColumns, min, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { Filter } from './filter.ts'
import { payloadQuery } from './payloads.ts'
import { histogramOf, totalOf } from './queries/counts.ts'
import { errorsOf } from './queries/errors.ts'
import { facetsOf } from './queries/facets.ts'
import { idsOf, type Place } from './queries/rows.ts'
import { seriesOf } from './queries/series.ts'
import { sessionOf, sessionsOf } from './queries/sessions.ts'
import { summaryOf, topModels } from './queries/summary.ts'
import { targetsOf } from './queries/targets.ts'
import type { Queries } from './reader.ts'
import { attempts, clientHeaders, type RequestRow, requests } from './schema.ts'

const { client_headers_id: _, kind_id: __, ...COLUMNS } = getTableColumns(requests)

/** The members of a request's row, in order. */
export const REQUEST_COLUMNS: readonly string[] = Object.keys(COLUMNS)

/** What can be asked of a database whose schema is up to date; it is not written to. */
export function createQueries(database: Database): Queries {
  const db = drizzle(database)

  function rowsOf(ids: string[]): RequestRow[] {
    return db
      .select(COLUMNS)
      .from(requests)
      .where(sql`${requests.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .orderBy(desc(requests.created_at), desc(requests.id))
      .all()
  }

  function placeOf(id: string): Place | undefined {
    const { created_at } = requests
    return db
      .select({ created_at, id: requests.id })
      .from(requests)
      .where(eq(requests.id, id))
      .get()
  }

  function nextTo(from: Place, filter: Filter, direction: 'older' | 'newer'): string | null {
    return idsOf(db, { filter, limit: 1, offset: 0, direction, from })[0] ?? null
  }

  return {
    page({ limit, offset = 0, before, after, filter = {} }) {
      const id = before ?? after
      const from = id === undefined ? undefined : placeOf(id)
      const direction = before === undefined && after !== undefined ? 'newer' : 'older'
      const isLost = id !== undefined && !from
      const ids = isLost ? [] : idsOf(db, { filter, limit, offset, direction, from })
      return { requests: rowsOf(ids), ...totalOf(db, filter) }
    },

    rows({ limit, filter = {}, behind: from }) {
      return rowsOf(idsOf(db, { filter, limit, offset: 0, direction: 'older', from }))
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
      const place = placeOf(id)
      if (!place) return { newer: null, older: null }
      return { newer: nextTo(place, filter, 'newer'), older: nextTo(place, filter, 'older') }
    },

    oldest() {
      return (
        db
          .select({ time: min(requests.created_at) })
          .from(requests)
          .get()?.time ?? null
      )
    },

    summary: (span) => summaryOf(db, span),
    series: (buckets) => seriesOf(db, buckets),
    topModels: (span, limit) => topModels(db, span, limit),
    histogram: (filter, buckets) => histogramOf(db, filter, buckets),
    facets: (filter) => facetsOf(db, filter),
    errors: (buckets) => errorsOf(db, buckets),
    targets: (buckets) => targetsOf(db, buckets),
    sessions: (query) => sessionsOf(db, query),
    session: (id) => sessionOf(db, id),

    ...payloadQuery(db),
  }
}
