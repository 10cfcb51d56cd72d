import type { History } from './history.ts'
import type { AttemptRow, RequestRow } from './schema.ts'

/** Writes rows, and does not let a store that fails take an answer with it. */
export interface Journal {
  record(request: RequestRow, attempts: AttemptRow[]): void
  /** Rows that could not be written since the start. */
  readonly lost: number
}

const WARNING_INTERVAL_MS = 60_000

/** `warn` hears of lost rows, at most once a minute. */
export function createJournal(
  history: Pick<History, 'record'>,
  warn: (error: unknown) => void,
  now: () => number,
): Journal {
  let lost = 0
  let warnedAt = Number.NEGATIVE_INFINITY
  return {
    get lost() {
      return lost
    },
    record(request, attempts) {
      try {
        history.record(request, attempts)
      } catch (error) {
        lost++
        if (now() - warnedAt < WARNING_INTERVAL_MS) return
        warnedAt = now()
        warn(error)
      }
    },
  }
}
