import type { Database } from 'bun:sqlite'
import { and, getTableColumns, inArray, lt, min, sql, type Table } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { createHeadersId } from './client-headers.ts'
import type { History } from './history.ts'
import { watchPlace } from './place.ts'
import { forgetBefore, forgetKinds } from './rollups.ts'
import { type AttemptRow, attempts, type RequestRow, requestKinds, requests } from './schema.ts'

/** Pages given back to the system behind each batch of deletions: more than it frees. */
const FREED_PAGES = 512

/** Behind the reason why a file is not used. */
const IN_MEMORY = 'what is recorded is in memory only, until a restart'
const MOVED =
  'its file was deleted or moved; what is recorded is gone after a restart, unless it is put back'

/** The history in a database whose schema is up to date; `unusable`: why it is not in its file. */
export function createHistory(database: Database, unusable: string | null = null): History {
  const db = drizzle(database)
  const isInPlace = database.filename === ':memory:' ? () => true : watchPlace(database.filename)

  const insertRequest = db.insert(requests).values(placeholders(requests)).prepare()
  const insertAttempt = db.insert(attempts).values(placeholders(attempts)).prepare()
  const addUp = database.prepare('INSERT INTO recorded VALUES (?)')

  const kind = placeholders(requestKinds)
  const findKind = db
    .select({ id: requestKinds.id })
    .from(requestKinds)
    .where(and(...KIND_COLUMNS.map((name) => sql`${requestKinds[name]} IS ${kind[name]}`)))
    .prepare()
  const insertKind = db
    .insert(requestKinds)
    .values(kind)
    .returning({ id: requestKinds.id })
    .prepare()

  function kindOf(request: RequestRow): number | undefined {
    const values = { ...request, fell_back: request.attempt_count > 1, id: null }
    return (findKind.get(values) ?? insertKind.get(values))?.id
  }

  const pageCounts = database.query<{ pages: number; free: number; size: number }, []>(`
    SELECT page_count AS pages, freelist_count AS free, page_size AS size
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`)

  const headersId = createHeadersId(db)
  const insertAll = database.transaction(
    (request: RequestRow, tried: AttemptRow[], client_headers_id: number | null) => {
      insertRequest.run({ ...request, client_headers_id, kind_id: kindOf(request) })
      for (const attempt of tried) {
        insertAttempt.run({ ...attempt, id: null, request_id: request.id })
      }
      addUp.run(request.id)
    },
  )

  return {
    record(request, tried, headers) {
      // Before the transaction: what it takes back must not be remembered as written.
      insertAll(request, tried, headers ? headersId(headers) : null)
    },

    deleteBefore: database.transaction((time: number, limit: number) => {
      const old = db
        .select({ id: requests.id })
        .from(requests)
        .where(lt(requests.created_at, time))
        .orderBy(requests.created_at)
        .limit(limit)
      const deleted = db
        .delete(requests)
        .where(inArray(requests.id, old))
        .returning({ id: requests.id })
        .all().length
      forgetBefore(database, time)
      if (deleted < limit) forgetKinds(database)
      database.query(`PRAGMA incremental_vacuum(${FREED_PAGES})`).all()
      return deleted
    }),

    oldest() {
      return (
        db
          .select({ time: min(requests.created_at) })
          .from(requests)
          .get()?.time ?? null
      )
    },

    usedBytes() {
      const { pages, free, size } = pageCounts.get() ?? { pages: 0, free: 0, size: 0 }
      return (pages - free) * size
    },

    isWritable() {
      try {
        database.run('BEGIN IMMEDIATE')
        database.run('ROLLBACK')
        return true
      } catch {
        return false
      }
    },

    trouble() {
      if (unusable !== null) return `${unusable}; ${IN_MEMORY}`
      return isInPlace() ? null : MOVED
    },
  }
}

const { id: _, ...KIND } = getTableColumns(requestKinds)
const KIND_COLUMNS = Object.keys(KIND) as (keyof typeof KIND)[]

/** One named placeholder for each column: building the insert anew would cost more than running it. */
export function placeholders<T extends Table>(table: T): T['$inferInsert'] {
  const names = Object.keys(getTableColumns(table))
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as T['$inferInsert']
}
