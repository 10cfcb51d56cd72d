const MINUTE = 60_000

/** A service that takes only so much a minute and tells nobody how much. */
export interface Service {
  /** Takes an amount, or gives how long to stay away, in ms. Times are Unix ms, in order. */
  take(amount: number, now: number): number | null
}

/** Counts what it took during the last minute. */
export function slidingMinute(limit: number): Service {
  const taken: { at: number; amount: number }[] = []
  return {
    take(amount, now) {
      while (taken[0] && taken[0].at <= now - MINUTE) taken.shift()
      let excess = taken.reduce((sum, entry) => sum + entry.amount, amount) - limit
      if (excess <= 0) {
        taken.push({ at: now, amount })
        return null
      }
      for (const entry of taken) {
        excess -= entry.amount
        if (excess <= 0) return entry.at + MINUTE - now
      }
      return MINUTE
    },
  }
}

/** Holds what it takes in a minute, and fills up evenly. */
export function tokenBucket(limit: number): Service {
  let held = limit
  let since = Number.NEGATIVE_INFINITY
  return {
    take(amount, now) {
      held = Math.min(limit, held + ((now - since) * limit) / MINUTE)
      since = now
      if (held < amount) return ((amount - held) * MINUTE) / limit
      held -= amount
      return null
    },
  }
}
