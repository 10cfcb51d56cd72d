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
  /** When the requests of the last minute began, oldest first. */
  starts: number[]
  /** The tokens of those that ended in the last minute, oldest first. */
  spent: { at: number; tokens: number }[]
}

/** Sliding windows of one minute; variants of one `limit_group` share theirs. */
export function createLimits(now: () => number): Limits {
  const counters = new Map<string, Counter>()

  function counterOf(target: Target): Counter {
    const { group } = target.limits
    const key = memoryKey(target, group === null ? target.id : `group ${group}`)
    const counter = counters.get(key) ?? { inFlight: 0, starts: [], spent: [] }
    if (counters.size > MAX_COUNTERS) forget()
    counters.set(key, counter)
    return passOn(counter)
  }

  function passOn(counter: Counter): Counter {
    const since = now() - WINDOW_MS
    while ((counter.starts[0] ?? since + 1) <= since) counter.starts.shift()
    while ((counter.spent[0]?.at ?? since + 1) <= since) counter.spent.shift()
    return counter
  }

  function forget() {
    for (const [key, counter] of counters) {
      const { inFlight, starts, spent } = passOn(counter)
      if (inFlight + starts.length + spent.length === 0) counters.delete(key)
    }
  }

  function limited(reason: string, until: number): Block {
    return { kind: 'rate_limit', reason, until }
  }

  return {
    blocked(target) {
      const { rpm, tpm, maxConcurrent } = target.limits
      if (rpm === null && tpm === null && maxConcurrent === null) return null
      const { inFlight, starts, spent } = counterOf(target)
      if (maxConcurrent !== null && inFlight >= maxConcurrent) {
        return limited(`${inFlight} of ${maxConcurrent} requests in flight`, now() + BUSY_MS)
      }
      if (rpm !== null && starts.length >= rpm) {
        const oldest = starts[starts.length - rpm] ?? now()
        return limited(`${rpm} requests in the last minute (rpm)`, oldest + WINDOW_MS)
      }
      const free = tpm === null ? null : freeTokensAt(spent, tpm)
      return free === null ? null : limited(`${tpm} tokens in the last minute (tpm)`, free)
    },

    started(target) {
      const counter = counterOf(target)
      counter.inFlight++
      counter.starts.push(now())
      return (tokens) => {
        counter.inFlight--
        if (tokens > 0) counter.spent.push({ at: now(), tokens })
      }
    },

    load(target) {
      const { inFlight, starts } = counterOf(target)
      return { inFlight, requestsLastMinute: starts.length }
    },
  }
}

/** When enough of the last minute's tokens have passed out of the window; null if it is now. */
function freeTokensAt(spent: Counter['spent'], tpm: number): number | null {
  let used = spent.reduce((sum, entry) => sum + entry.tokens, 0)
  if (used < tpm) return null
  for (const entry of spent) {
    used -= entry.tokens
    if (used < tpm) return entry.at + WINDOW_MS
  }
  return null
}
