import type { History } from './history.ts'
import type { AttemptRow, RequestRow } from './schema.ts'

/** Writes rows, and does not let a store that fails take an answer with it. */
export interface Journal {
  record(request: RequestRow, attempts: AttemptRow[]): void
  /** Rows that could not be written since the start. */
  readonly lost: number
}

/** `warn` hears of every row that is lost. */
export function createJournal(
  history: Pick<History, 'record'>,
  warn: (error: unknown) => void,
): Journal {
  let lost = 0
  return {
    get lost() {
      return lost
    },
    record(request, attempts) {
      try {
        history.record(request, attempts)
      } catch (error) {
        lost++
        warn(error)
      }
    },
  }
}
