import type { Database } from 'bun:sqlite'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { tryParse } from '../json.ts'
import type { Memory } from '../routing/memory.ts'
import { targetMemory } from './schema.ts'

/** A memory beside the history; `warn` hears of everything it could not do. */
export function createMemory(database: Database, warn: (error: unknown) => void): Memory {
  const db = drizzle(database)
  const value = sql.placeholder('value')
  const keep = db
    .insert(targetMemory)
    .values({ key: sql.placeholder('key'), value })
    .onConflictDoUpdate({ target: targetMemory.key, set: { value: sql`${value}` } })
    .prepare()
  const drop = db
    .delete(targetMemory)
    .where(eq(targetMemory.key, sql.placeholder('key')))
    .prepare()

  function warned(action: () => void) {
    try {
      action()
    } catch (error) {
      warn(error)
    }
  }

  return {
    load() {
      const kept = new Map<string, unknown>()
      warned(() => {
        for (const { key, value } of db.select().from(targetMemory).all()) {
          const parsed = tryParse(value)
          if (parsed !== undefined) kept.set(key, parsed)
        }
      })
      return kept
    },
    keep: (key, value) => warned(() => keep.run({ key, value: JSON.stringify(value) })),
    drop: (key) => warned(() => drop.run({ key })),
  }
}
