import type { History } from './history.ts'

/** What can be deleted by its age, a few at a time; see History. */
export interface Aging {
  deleteBefore(time: number, limit: number): number
}

export interface RetentionSettings {
  /** Unix ms: what is older goes. Asked again before every batch. */
  cutoff(): number
  warn(error: unknown): void
}

/** At a million requests these take 5 to 15 ms. */
const BATCH = 100
const NEXT_BATCH_MS = 50
const NEXT_LOOK_MS = 60_000
const HOUR_MS = 60 * 60_000

/** Deletes what is older than the cutoff, now and every minute, until the function it gives is called. */
export function keepOnly(kept: Aging, { cutoff, warn }: RetentionSettings): () => void {
  let timer: ReturnType<typeof setTimeout>

  function look() {
    const isDone = deleteBatch() === 0
    timer = setTimeout(look, isDone ? NEXT_LOOK_MS : NEXT_BATCH_MS)
    timer.unref()
  }

  function deleteBatch(): number {
    try {
      return kept.deleteBefore(cutoff(), BATCH)
    } catch (error) {
      warn(error)
      return 0
    }
  }

  look()
  return () => clearTimeout(timer)
}

/**
 * The cutoff that keeps a history for `retentionMs` and, by letting the oldest hour go, below
 * `maxBytes`. Whole hours, since that is how the history is summed up.
 */
export function historyCutoff(
  history: Pick<History, 'oldest' | 'usedBytes'>,
  { retentionMs, maxBytes, now }: { retentionMs: number; maxBytes: number; now: () => number },
): () => number {
  const hourOf = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS
  return () => {
    const tooOld = hourOf(now() - retentionMs)
    const oldest = history.oldest()
    if (oldest === null || history.usedBytes() <= maxBytes) return tooOld
    return Math.max(tooOld, hourOf(oldest) + HOUR_MS)
  }
}
