import type { History } from './history.ts'

/** Writes rows, and does not let a store that fails take an answer with it. */
export interface Journal extends Pick<History, 'record'> {
  /** Rows that were written since the start: while it stays, so does the history. */
  readonly recorded: number
  /** Rows that could not be written since the start. */
  readonly lost: number
}

/** `warn` hears of every row that is lost. */
export function createJournal(
  history: Pick<History, 'record'>,
  warn: (error: unknown) => void,
): Journal {
  let recorded = 0
  let lost = 0
  return {
    get recorded() {
      return recorded
    },
    get lost() {
      return lost
    },
    record(...row) {
      try {
        history.record(...row)
        recorded++
      } catch (error) {
        lost++
        warn(error)
      }
    },
  }
}
