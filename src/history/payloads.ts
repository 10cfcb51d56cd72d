import type { Database } from 'bun:sqlite'
import { asc, eq, inArray, sql, sum } from 'drizzle-orm'
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite'
import type { Payload, PayloadPart } from './answers.ts'
import type { Queries } from './reader.ts'
import { payloads, requests } from './schema.ts'
import { placeholders } from './sqlite.ts'

export interface PayloadsSettings {
  /** Of all of them as they are stored; beyond it the oldest go. */
  maxBytes: number
  /** Hears of everything that could not be kept or deleted. */
  warn(error: unknown): void
}

/** What requests and their answers said, as it is written. */
export interface Payloads {
  /**
   * Compresses a payload, on another thread, and writes it, unless its request is not in the history
   * (any more). Never rejects.
   */
  keep(requestId: string, payload: Payload): Promise<void>
  /** Deletes nothing more. */
  close(): void
}

/** Small enough that no stream notices the pause. */
const BATCH = 20
const NEXT_BATCH_MS = 50
/** The part that is freed when it is full, so that this is seldom. */
const HEADROOM = 0.05

/** The payloads of a database whose schema is up to date. */
export function createPayloads(database: Database, { maxBytes, warn }: PayloadsSettings): Payloads {
  const db = drizzle(database)
  const insert = db.insert(payloads).values(placeholders(payloads)).prepare()
  const findRequest = db
    .select({ id: requests.id })
    .from(requests)
    .where(eq(requests.id, sql.placeholder('id')))
    .prepare()
  let total = measured()
  let timer: ReturnType<typeof setTimeout> | null = null

  /** Adds up an index. A request that is deleted takes its payload along without a word to us. */
  function measured(): number {
    const size = sum(payloads.size)
    return Number(db.select({ size }).from(payloads).get()?.size ?? 0)
  }

  function write(requestId: string, request: Stored, response: Stored) {
    if (!findRequest.get({ id: requestId })) return
    const size = (request.blob?.length ?? 0) + (response.blob?.length ?? 0)
    insert.run({
      request_id: requestId,
      request: request.blob,
      request_bytes: request.bytes,
      request_is_cut: request.is_cut,
      response: response.blob,
      response_bytes: response.bytes,
      response_is_cut: response.is_cut,
      size,
    })
    total += size
    if (total > maxBytes && !timer) lookAgain(maxBytes)
  }

  /** Measures again each time: meanwhile requests may have been deleted, with what they said. */
  function makeRoom(goal: number) {
    timer = null
    try {
      total = measured()
      if (total <= goal) return
      const room = maxBytes * (1 - HEADROOM)
      deleteOldest(total - room)
      lookAgain(room)
    } catch (error) {
      warn(error)
    }
  }

  function lookAgain(goal: number) {
    timer = setTimeout(makeRoom, NEXT_BATCH_MS, goal)
    timer.unref()
  }

  /** Frees so many bytes or, where that is much, fewer. */
  function deleteOldest(bytes: number) {
    const { request_id, size } = payloads
    const oldest = db.select({ request_id, size }).from(payloads).orderBy(asc(request_id))
    let freed = 0
    const gone: string[] = []
    for (const row of oldest.limit(BATCH).all()) {
      if (freed >= bytes) break
      gone.push(row.request_id)
      freed += row.size
    }
    db.delete(payloads).where(inArray(request_id, gone)).run()
  }

  return {
    async keep(requestId, { request, response }) {
      try {
        write(requestId, ...(await Promise.all([compressed(request), compressed(response)])))
      } catch (error) {
        warn(error)
      }
    },

    close() {
      if (timer) clearTimeout(timer)
    },
  }
}

interface Stored {
  blob: Buffer | null
  bytes: number
  is_cut: boolean
}

async function compressed(part: PayloadPart | null): Promise<Stored> {
  if (part === null) return { blob: null, bytes: 0, is_cut: false }
  const { text, bytes, is_cut } = part
  return { blob: await Bun.zstdCompress(text), bytes, is_cut }
}

/** What can be asked about the payloads of a database. */
export function payloadQuery(db: BunSQLiteDatabase): Pick<Queries, 'payload'> {
  return {
    payload(id) {
      const row = db.select().from(payloads).where(eq(payloads.request_id, id)).get()
      if (!row) return null
      return {
        request: restored(row.request, row.request_bytes, row.request_is_cut),
        response: restored(row.response, row.response_bytes, row.response_is_cut),
      }
    },
  }
}

function restored(blob: Buffer | null, bytes: number, is_cut: boolean): PayloadPart | null {
  return blob && { text: Bun.zstdDecompressSync(blob).toString(), bytes, is_cut }
}
