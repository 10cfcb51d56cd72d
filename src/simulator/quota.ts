import type { Quota } from './wire.ts'

const MINUTE = 60_000
const UNLIMITED = 4000

/** Counts requests per minute and model, over the minute that just passed. */
export function createQuotas(requestsPerMinute: Record<string, number>) {
  const taken = new Map<string, number[]>()

  function recent(model: string, now: number): number[] {
    return (taken.get(model) ?? []).filter((time) => time > now - MINUTE)
  }

  return {
    /** Takes one request; false where none is left. */
    take(model: string, now: number): boolean {
      const limit = requestsPerMinute[model]
      if (limit === undefined) return true
      const times = recent(model, now)
      if (times.length >= limit) return false
      taken.set(model, [...times, now])
      return true
    },

    left(model: string, now: number): Quota {
      const limit = requestsPerMinute[model] ?? UNLIMITED
      const times = recent(model, now)
      const resetMs = times.length > 0 ? (times.at(-1) ?? now) + MINUTE - now : 0
      return { limit, remaining: limit - times.length, resetMs }
    },

    /** Seconds until the next request is free. */
    retryAfter(model: string, now: number): number {
      const oldest = recent(model, now)[0] ?? now
      return Math.max(1, Math.ceil((oldest + MINUTE - now) / 1000))
    },
  }
}
