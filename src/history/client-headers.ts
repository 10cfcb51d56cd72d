import { count, eq } from 'drizzle-orm'
import type { BunSQLiteDatabase } from 'drizzle-orm/bun-sqlite'
import { clientHeaders } from './schema.ts'

/** Years of new versions of many clients; one that never says the same twice must not fill the disk. */
const MOST_SETS = 1000
const MOST_REMEMBERED = 500

/**
 * Writes sets of headers, each of them once, and gives their ids; null where there are too many. The
 * function throws what the database throws.
 */
export function createHeadersId(
  db: BunSQLiteDatabase,
): (headers: Record<string, string>) => number | null {
  const remembered = new Map<string, number>()

  function written(headers: string): number | null {
    const known = db.select().from(clientHeaders).where(eq(clientHeaders.headers, headers)).get()
    if (known) return known.id
    const sets = db.select({ n: count() }).from(clientHeaders).get()?.n ?? 0
    if (sets >= MOST_SETS) return null
    return db.insert(clientHeaders).values({ headers }).returning().get().id
  }

  return (headers) => {
    const text = JSON.stringify(headers)
    const id = remembered.get(text) ?? written(text)
    if (id === null) return null
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(text, id)
    return id
  }
}
