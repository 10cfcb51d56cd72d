import type { Entry } from './window.ts'

/**
 * What a service takes in a while and does not tell, learned from what it let in, what it refused,
 * and when it said that there would be room again.
 */
export interface Estimate {
  /** So much a minute; null as long as nothing is known. */
  readonly perMinute: number | null
  /** 0 to 1: it halves the doubt with each refusal that agrees. */
  readonly confidence: number
  /** When this much more fits in behind what was sent, in Unix ms; null if that is now. */
  freeAt(sent: readonly Entry[], amount: number): number | null
  /** One more was let in; it is the last of these. */
  passed(letIn: readonly Entry[]): void
  /**
   * One more was refused; `retryAfterMs` is when there is room, where the service says so. Those of
   * one burst agree with each other and with nothing else, so only the first is evidence.
   */
  refused(letIn: readonly Entry[], retryAfterMs?: number, isEvidence?: boolean): void
}

const MINUTE = 60_000
/** Services round the time they name to seconds. */
const ROUNDING_MS = 1500
/** Our minute is longer than theirs: a request may be faster on its way than the one before it. */
export const SAFE_MINUTE = MINUTE + 500
/** A service that has room again sooner than this spaces requests, unless a minute just ended. */
const LONGEST_PACE_MS = 10_000
/** One refusal may be somebody else's doing and holds for its own minute; two that agree are a limit. */
const ENOUGH_TO_STAY = 2
const OLD_AFTER_MS = MINUTE + 5000
/** Rates so close to each other are the same one. */
const TOLERANCE = 0.2
/** Asking for more than is known to pass costs a refusal: at most one in this many requests. */
const FIRST_LOOK_UP = 30
const LAST_LOOK_UP = 480
/** Quotas change; what nothing has confirmed for this long is forgotten. */
const FORGOTTEN_AFTER_MS = 60 * MINUTE

/** So much in any stretch of time of this length. */
interface Limit {
  amount: number
  ms: number
}

/** `sizeOf` is what counts: 1 for requests, or the tokens of one. */
export function createEstimate(sizeOf: (entry: Entry) => number, now: () => number): Estimate {
  let known: Limit | null = null
  let agreed = 0
  let passes = 0
  let refusedAt = Number.NEGATIVE_INFINITY
  /** When the service said that there would be room again, for one request at least. */
  let promisedAt: number | null = null

  function current(): Limit | null {
    if (refusedAt + FORGOTTEN_AFTER_MS < now()) known = null
    return known
  }

  const patience = () => Math.min(LAST_LOOK_UP, FIRST_LOOK_UP * 2 ** (agreed - ENOUGH_TO_STAY))
  const sum = (entries: readonly Entry[]) =>
    entries.reduce((total, entry) => total + sizeOf(entry), 0)

  /** Beyond the limit one may go, now and then: if it passes, the limit is higher. */
  function mayLookUp(): boolean {
    if (agreed < ENOUGH_TO_STAY) return refusedAt + OLD_AFTER_MS < now()
    return passes >= patience()
  }

  /** A bucket that fills up evenly is full after a quiet minute, whatever its pace is. */
  function hasRefilled({ ms }: Limit, sent: readonly Entry[]): boolean {
    return ms < MINUTE && sent.length === 0
  }

  return {
    get perMinute() {
      const limit = current()
      if (limit?.ms === SAFE_MINUTE) return limit.amount
      return limit && rateOf(limit) * MINUTE
    },

    get confidence() {
      return current() === null ? 0 : 1 - 0.5 ** agreed
    },

    freeAt(sent, amount) {
      const limit = current()
      if (!limit || hasRefilled(limit, sent)) return null
      const recent = since(sent, now() - limit.ms)
      let used = sum(recent)
      if (used === 0 || used + amount <= limit.amount) return null
      if (used <= limit.amount && mayLookUp()) return null
      for (const entry of recent) {
        used -= sizeOf(entry)
        if (used > 0 && used + amount > limit.amount) continue
        return earlier(entry.at + limit.ms, promise(sent), now())
      }
      return null
    },

    passed(letIn) {
      passes++
      if (known && hasRefilled(known, letIn.slice(0, -1))) known = null
      if (!known) return
      const used = sum(since(letIn, now() - known.ms))
      if (used <= known.amount) return
      known = { ...known, amount: used }
      passes -= FIRST_LOOK_UP
      // What was established stays so: one request more is no reason to start anew.
      agreed = Math.max(Math.min(agreed, ENOUGH_TO_STAY), agreed - 1)
    },

    refused(letIn, retryAfterMs, isEvidence = true) {
      const limit = limitBehind(letIn, retryAfterMs)
      if (!isEvidence) {
        if (limit && known && rateOf(limit) < rateOf(known)) known = limit
        return
      }
      passes = 0
      const before = current()
      refusedAt = now()
      promisedAt = retryAfterMs === undefined ? null : refusedAt + retryAfterMs
      if (!limit) return
      agreed =
        before && agree(limit, before) ? agreed + 1 : Math.min(Math.max(agreed, 1), ENOUGH_TO_STAY)
      known = limit
    },
  }

  /** The time that was named, until a request has gone out at it: what is learned is no better. */
  function promise(sent: readonly Entry[]): number | null {
    return promisedAt !== null && (sent.at(-1)?.at ?? 0) < promisedAt ? promisedAt : null
  }

  /** A minute was right before, and nearly is now: one request more or less is another clock. */
  function isKnownAs(amount: number): boolean {
    if (known?.ms !== SAFE_MINUTE) return false
    return Math.abs(amount - known.amount) <= Math.max(1, known.amount * TOLERANCE)
  }

  /**
   * A service that has room again `retryAfterMs` from now counts over a time that ends then. That is
   * the minute, unless it will be so soon that the service must be one that spaces requests, like a
   * bucket that fills up evenly: then it is the time since it refused last. Nothing let in: somebody
   * else uses the same quota.
   */
  function limitBehind(letIn: readonly Entry[], retryAfterMs: number | undefined): Limit | null {
    const freeAt = now() + (retryAfterMs ?? 0)
    const minute = since(letIn, freeAt - MINUTE - ROUNDING_MS)
    const first = minute[0]
    if (!first) return null
    const isShort = retryAfterMs !== undefined && retryAfterMs <= LONGEST_PACE_MS
    const isMinute = first.at < freeAt - MINUTE + ROUNDING_MS
    if (isMinute || !isShort || isKnownAs(sum(minute))) {
      return { amount: sum(minute), ms: SAFE_MINUTE }
    }
    const lately = since(letIn, refusedAt)
    const start = lately[0]
    return start ? { amount: sum(lately), ms: Math.max(1, freeAt - start.at) } : null
  }
}

/** When the first of both has come, in Unix ms; null if that is now. */
function earlier(time: number, other: number | null, now: number): number | null {
  const first = Math.min(time, other ?? time)
  return first <= now ? null : first
}

function rateOf({ amount, ms }: Limit): number {
  return amount / ms
}

function agree(a: Limit, b: Limit): boolean {
  return Math.abs(rateOf(a) / rateOf(b) - 1) <= TOLERANCE
}

/** Those after a time, of a list in order of time. */
function since(entries: readonly Entry[], time: number): readonly Entry[] {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.at ?? 0) > time) high = middle
    else low = middle + 1
  }
  return low === 0 ? entries : entries.slice(low)
}
