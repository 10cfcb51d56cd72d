import type { Database } from 'bun:sqlite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { SLOT_SIZES } from './queries/pieces.ts'

const SLOTS = ['request_slots', 'latency_slots', 'outcome_slots']

/**
 * Deletes the sums of what is gone: slots that end before the oldest request, or before `time`
 * (Unix ms) where that is earlier, and sessions not seen since. In step with the deleting of
 * requests, these are few each time.
 */
export function forgetBefore(database: Database, time: number): void {
  const db = drizzle(database)
  const [found] = db.all<{ oldest: number | null }>(sql`
    SELECT min(created_at) AS oldest FROM requests`)
  const before = Math.min(time, found?.oldest ?? time)
  for (const slots of SLOTS) {
    for (const size of SLOT_SIZES) {
      db.run(sql`
        DELETE FROM ${sql.identifier(slots)} WHERE size = ${size} AND slot <= ${before - size}`)
    }
  }
  db.run(sql`DELETE FROM session_totals WHERE last_seen < ${before}`)
}

/** Deletes the kinds that nothing is left of. */
export function forgetKinds(database: Database): void {
  const size = SLOT_SIZES[2]
  database.run(
    'DELETE FROM request_kinds WHERE id NOT IN (SELECT kind_id FROM request_slots WHERE size = ?)',
    [size],
  )
  database.run(
    'DELETE FROM outcome_kinds WHERE id NOT IN (SELECT kind_id FROM outcome_slots WHERE size = ?)',
    [size],
  )
}
