import type { History } from './history.ts'

/** Writes rows, and does not let a store that fails take an answer, or a row, with it. */
export interface Journal extends Pick<History, 'record'> {
  /** Rows that were written since the start: while it stays, so does the history. */
  readonly written: number
  /** Rows that wait until the store takes them. */
  readonly waiting: number
  /** Rows since the start that were not written and will not be. */
  readonly lost: number
  /** Why rows wait, were the last to be lost or will be; null while all is well. */
  readonly problem: string | null
  /** Tries at once to write some of what waits; false where the store does not take it. */
  retry(): boolean
  /** Tries once more to write what waits; what cannot be written then is lost. */
  close(): void
}

/** A row takes about a kilobyte; a store that stays broken must not take all of our memory. */
const MOST_WAITING = 10_000
const NEXT_TRY_MS = 1000
/** Rows written together where many have waited: some ten milliseconds, in which every stream stands still. */
const BATCH = 50

type Row = Parameters<History['record']>

/**
 * `warn` hears why a row was not written. Where the store is locked or the disk is full it waits,
 * and all rows behind it, and they are written in order once that is over.
 */
export function createJournal(
  history: Pick<History, 'record' | 'trouble'>,
  warn: (error: unknown) => void,
): Journal {
  const queue: Row[] = []
  let written = 0
  let lost = 0
  let problem: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Says whether the row is dealt with. */
  function write(row: Row): boolean {
    try {
      history.record(...row)
      written++
      problem = null
      const trouble = history.trouble()
      if (trouble !== null) warn(trouble)
      return true
    } catch (error) {
      warn(error)
      problem = error instanceof Error ? error.message : String(error)
      if (!isAboutTheRow(error)) return false
      lost++
      return true
    }
  }

  function retry(): boolean {
    const batch = queue.slice(0, BATCH)
    const refused = batch.findIndex((row) => !write(row))
    queue.splice(0, refused < 0 ? batch.length : refused)
    return refused < 0
  }

  function tryLater(ms = NEXT_TRY_MS) {
    if (queue.length === 0 || timer) return
    timer = setTimeout(() => {
      timer = undefined
      tryLater(retry() ? 0 : NEXT_TRY_MS)
    }, ms)
    timer.unref()
  }

  return {
    get written() {
      return written
    },
    get waiting() {
      return queue.length
    },
    get lost() {
      return lost
    },
    get problem() {
      return problem ?? history.trouble()
    },
    record(...row) {
      // Each try blocks for as long as SQLite waits for a lock: one a second is enough.
      if (queue.length === 0 && write(row)) return
      queue.push(row)
      if (queue.length > MOST_WAITING) {
        queue.shift()
        lost++
      }
      tryLater()
    },
    retry,
    close() {
      clearTimeout(timer)
      while (queue.length > 0 && retry());
      lost += queue.length
    },
  }
}

/** It would fail for ever, and keep those behind it waiting. */
function isAboutTheRow(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|TOOBIG)/.test(code)
}
