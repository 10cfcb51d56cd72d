/** What can be deleted by its age, a few at a time; see History. */
export interface Aging {
  deleteBefore(time: number, limit: number): number
}

export interface RetentionSettings {
  retentionMs: number
  now: () => number
  warn(error: unknown): void
}

/** Small enough that no stream notices the pause. */
const BATCH = 200
const NEXT_BATCH_MS = 50
const NEXT_LOOK_MS = 60 * 60_000

/** Deletes what is older than `retentionMs`, now and every hour, until the function it gives is called. */
export function keepOnly(kept: Aging, { retentionMs, now, warn }: RetentionSettings): () => void {
  let timer: ReturnType<typeof setTimeout>

  function look() {
    const deleted = deleteBatch()
    timer = setTimeout(look, deleted === BATCH ? NEXT_BATCH_MS : NEXT_LOOK_MS)
    timer.unref()
  }

  function deleteBatch(): number {
    try {
      return kept.deleteBefore(now() - retentionMs, BATCH)
    } catch (error) {
      warn(error)
      return 0
    }
  }

  look()
  return () => clearTimeout(timer)
}
