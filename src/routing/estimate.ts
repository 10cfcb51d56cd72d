/**
 * What a service takes in a minute and does not tell, learned from what it let through and what it
 * did not: up by one where more passes, down to what had passed where it refuses.
 */
export interface Estimate {
  /** Null as long as nothing is known. */
  readonly value: number | null
  /** 0 to 1: it halves the doubt with each refusal that agrees. */
  readonly confidence: number
  /** Whether this much more may go out behind `used` in the last minute. */
  allows(used: number, amount: number): boolean
  /** It was let in; `used` counts it. */
  passed(used: number): void
  /** It was refused for its rate, behind `used` that had been let in. */
  refused(used: number): void
}

/** One refusal may be somebody else's doing and holds for its own minute; two that agree are a limit. */
const ENOUGH_TO_STAY = 2
const MINUTE_MS = 65_000
/** Asking for more than is known to pass costs a refusal: at most one in this many requests. */
const FIRST_LOOK_UP = 30
const LAST_LOOK_UP = 480
/** A refusal a little below the limit is the same limit, seen through another clock. */
const TOLERANCE = 0.1
/** Quotas change; what nothing has confirmed for this long is forgotten. */
const FORGOTTEN_AFTER_MS = 60 * 60_000

/** An estimate that knows nothing yet. */
export function createEstimate(now: () => number): Estimate {
  let value: number | null = null
  let agreed = 0
  let passes = 0
  let confirmedAt = 0

  function current(): number | null {
    if (value !== null && confirmedAt + FORGOTTEN_AFTER_MS < now()) {
      value = null
      agreed = 0
    }
    return value
  }

  const patience = () =>
    Math.min(LAST_LOOK_UP, FIRST_LOOK_UP * 2 ** Math.max(0, agreed - ENOUGH_TO_STAY))

  return {
    get value() {
      return current()
    },
    get confidence() {
      return current() === null ? 0 : 1 - 0.5 ** agreed
    },
    allows(used, amount) {
      const limit = current()
      if (limit === null || used === 0 || used + amount <= limit) return true
      const isOld = agreed < ENOUGH_TO_STAY && confirmedAt + MINUTE_MS < now()
      // One at a time goes beyond: if it passes, the limit is higher.
      return used <= limit && (isOld || passes >= patience())
    },
    passed(used) {
      passes++
      if (value === null || used <= value) return
      value = used
      agreed = Math.max(1, agreed - 1)
    },
    refused(used) {
      passes = 0
      // Refused with nothing sent: somebody else uses the same quota.
      if (used <= 0) return
      const limit = current()
      const agrees = limit !== null && used >= limit * (1 - TOLERANCE)
      agreed = agrees ? agreed + 1 : 1
      value = agrees ? Math.min(limit, used) : used
      confirmedAt = now()
    },
  }
}
