import type { Database } from 'bun:sqlite'
import { eq, inArray, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { Signatures } from '../routing/signatures.ts'
import { thinkingSignatures } from './schema.ts'

interface SignaturesSettings {
  /** Unix time in ms. */
  now: () => number
  /** Hears of everything that could not be kept or read. */
  warn(error: unknown): void
}

/** Some 20 MB; a long day with a model that thinks before every call mints a thousand. */
const MOST = 100_000
/** A conversation that goes on is looked up with every request, and need not be noted each time. */
const NOTED_MS = 24 * 60 * 60_000

/** A ledger of signatures beside the history. */
export function createSignatures(
  database: Database,
  { now, warn }: SignaturesSettings,
): Signatures {
  const db = drizzle(database)
  const { hash, kind, last_seen } = thinkingSignatures
  const find = db
    .select()
    .from(thinkingSignatures)
    .where(eq(hash, sql.placeholder('hash')))
    .prepare()
  const keep = db
    .insert(thinkingSignatures)
    .values({
      hash: sql.placeholder('hash'),
      kind: sql.placeholder('kind'),
      last_seen: sql.placeholder('last_seen'),
    })
    .onConflictDoUpdate({
      target: [hash, kind],
      set: { last_seen: sql`excluded.last_seen` },
    })
    .prepare()
  const keepAll = database.transaction((rows: { hash: string; kind: string }[]) => {
    for (const row of rows) keep.run({ ...row, last_seen: now() })
  })
  // Whoever only asks Claude should not pay for a question that has one answer.
  let isEmpty = db.select({ hash }).from(thinkingSignatures).limit(1).get() === undefined

  function warned<T>(action: () => T, otherwise: T): T {
    try {
      return action()
    } catch (error) {
      warn(error)
      return otherwise
    }
  }

  /** What was last seen before this has no room, in Unix ms. */
  function fullBefore(): number {
    const row = db
      .select({ last_seen })
      .from(thinkingSignatures)
      .orderBy(sql`${last_seen} DESC`)
      .limit(1)
      .offset(MOST)
      .get()
    return row ? row.last_seen + 1 : 0
  }

  return {
    makersOf(signature) {
      if (isEmpty) return []
      return warned(() => {
        const rows = find.all({ hash: hashOf(signature) })
        const old = rows.filter((row) => row.last_seen < now() - NOTED_MS)
        if (old.length > 0) keepAll(old)
        return rows.map((row) => row.kind)
      }, [])
    },

    minted(kind, signatures) {
      isEmpty = false
      warned(() => keepAll(signatures.map((one) => ({ hash: hashOf(one), kind }))), undefined)
    },

    deleteBefore: (time, limit) =>
      warned(() => {
        const old = db
          .select({ rowid: ROWID })
          .from(thinkingSignatures)
          .where(lt(last_seen, Math.max(time, fullBefore())))
          .limit(limit)
        const deleted = db.delete(thinkingSignatures).where(inArray(ROWID, old)).returning({ hash })
        return deleted.all().length
      }, 0),
  }
}

const ROWID = sql<number>`rowid`

function hashOf(signature: string): string {
  return new Bun.CryptoHasher('sha256').update(signature).digest('hex').slice(0, 32)
}
