import type { Block } from './health.ts'
import type { Target } from './target.ts'

/** Counters that hold a target to its `rpm`, `tpm` and `max_concurrent` before it says 429. */
export interface Limits {
  blocked(target: Target): Block | null
  started(target: Target): (tokens: number) => void
  inFlight(target: Target): number
  requestsLastMinute(target: Target): number
}

const WINDOW_MS = 60_000
/** When one of the requests in flight will end is not known; ask again soon. */
const BUSY_MS = 1000

interface Entry {
  at: number
  tokens: number
}

interface Counter {
  inFlight: number
  /** The requests of the last minute, oldest first. */
  recent: Entry[]
}

/** Sliding windows of one minute; variants of one `limit_group` share theirs. */
export function createLimits(now: () => number): Limits {
  const counters = new Map<string, Counter>()

  function counterOf(target: Target): Counter {
    const key = target.limits.group ? `group ${target.limits.group}` : target.id
    const counter = counters.get(key) ?? { inFlight: 0, recent: [] }
    counters.set(key, counter)
    const since = now() - WINDOW_MS
    while ((counter.recent[0]?.at ?? since + 1) <= since) counter.recent.shift()
    return counter
  }

  function limited(reason: string, until: number): Block {
    return { kind: 'rate_limit', reason, until }
  }

  return {
    blocked(target) {
      const { rpm, tpm, maxConcurrent } = target.limits
      if (rpm === null && tpm === null && maxConcurrent === null) return null
      const { inFlight, recent } = counterOf(target)
      if (maxConcurrent !== null && inFlight >= maxConcurrent) {
        return limited(`${inFlight} of ${maxConcurrent} requests in flight`, now() + BUSY_MS)
      }
      if (rpm !== null && recent.length >= rpm) {
        const oldest = recent[recent.length - rpm]?.at ?? now()
        return limited(`${rpm} requests in the last minute (rpm)`, oldest + WINDOW_MS)
      }
      const free = tpm === null ? null : freeTokensAt(recent, tpm)
      return free === null ? null : limited(`${tpm} tokens in the last minute (tpm)`, free)
    },

    started(target) {
      const counter = counterOf(target)
      const entry: Entry = { at: now(), tokens: 0 }
      counter.inFlight++
      counter.recent.push(entry)
      return (tokens) => {
        counter.inFlight--
        entry.tokens = tokens
      }
    },

    inFlight: (target) => counterOf(target).inFlight,
    requestsLastMinute: (target) => counterOf(target).recent.length,
  }
}

/** When enough of the last minute's tokens have passed out of the window; null if it is now. */
function freeTokensAt(recent: Entry[], tpm: number): number | null {
  let used = recent.reduce((sum, entry) => sum + entry.tokens, 0)
  if (used < tpm) return null
  for (const entry of recent) {
    used -= entry.tokens
    if (used < tpm) return entry.at + WINDOW_MS
  }
  return null
}
