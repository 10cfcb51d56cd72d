import type { Block } from './block.ts'
import { memoryKey, type Target } from './target.ts'

export interface Load {
  inFlight: number
  requestsLastMinute: number
}

/** Counters that hold a target to its `rpm`, `tpm` and `max_concurrent` before it says 429. */
export interface Limits {
  blocked(target: Target): Block | null
  /** A request begins; call what it gives when it is over, with the tokens it took. */
  started(target: Target): (tokens: number) => void
  load(target: Target): Load
}

const WINDOW_MS = 60_000
/** When one of the requests in flight will end is not known; ask again soon. */
const BUSY_MS = 1000
/** Model ids may come from clients, so what is idle gets forgotten now and then. */
const MAX_COUNTERS = 500

interface Counter {
  inFlight: number
  /** The requests of the last minute, oldest first. */
  recent: { at: number; tokens: number }[]
}

/** Sliding windows of one minute; variants of one `limit_group` share theirs. */
export function createLimits(now: () => number): Limits {
  const counters = new Map<string, Counter>()

  function counterOf(target: Target): Counter {
    const { group } = target.limits
    const key = memoryKey(target, group === null ? target.id : `group ${group}`)
    const counter = counters.get(key) ?? { inFlight: 0, recent: [] }
    if (counters.size > MAX_COUNTERS) forget()
    counters.set(key, counter)
    return passOn(counter)
  }

  function passOn(counter: Counter): Counter {
    const since = now() - WINDOW_MS
    while ((counter.recent[0]?.at ?? since + 1) <= since) counter.recent.shift()
    return counter
  }

  function forget() {
    for (const [key, counter] of counters) {
      if (counter.inFlight === 0 && passOn(counter).recent.length === 0) counters.delete(key)
    }
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
      const entry = { at: now(), tokens: 0 }
      counter.inFlight++
      counter.recent.push(entry)
      return (tokens) => {
        counter.inFlight--
        entry.tokens = tokens
      }
    },

    load(target) {
      const { inFlight, recent } = counterOf(target)
      return { inFlight, requestsLastMinute: recent.length }
    },
  }
}

/** When enough of the last minute's tokens have passed out of the window; null if it is now. */
function freeTokensAt(recent: Counter['recent'], tpm: number): number | null {
  let used = recent.reduce((sum, entry) => sum + entry.tokens, 0)
  if (used < tpm) return null
  for (const entry of recent) {
    used -= entry.tokens
    if (used < tpm) return entry.at + WINDOW_MS
  }
  return null
}
