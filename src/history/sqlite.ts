import type { Database } from 'bun:sqlite'
import { getTableColumns, inArray, lt, sql, type Table } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { History } from './history.ts'
import { type AttemptRow, attempts, type RequestRow, requests } from './schema.ts'

/** The history in a database whose schema is up to date. */
export function createHistory(database: Database): History {
  const db = drizzle(database)

  const insertRequest = db.insert(requests).values(placeholders(requests)).prepare()
  const insertAttempt = db.insert(attempts).values(placeholders(attempts)).prepare()

  return {
    record: database.transaction((request: RequestRow, tried: AttemptRow[]) => {
      insertRequest.run({ ...request, client_headers_id: null })
      for (const attempt of tried) {
        insertAttempt.run({ ...attempt, id: null, request_id: request.id })
      }
    }),

    deleteBefore(time, limit) {
      const old = db
        .select({ id: requests.id })
        .from(requests)
        .where(lt(requests.created_at, time))
        .limit(limit)
      return db
        .delete(requests)
        .where(inArray(requests.id, old))
        .returning({ id: requests.id })
        .all().length
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
  }
}

/** One named placeholder for each column: building the insert anew would cost more than running it. */
function placeholders<T extends Table>(table: T): T['$inferInsert'] {
  const names = Object.keys(getTableColumns(table))
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as T['$inferInsert']
}
