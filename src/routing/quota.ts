import type { Quota } from '../providers/rate-limits.ts'

/** What a service's headers said last of one of its quotas, and what went out since. */
export interface QuotaSnapshot {
  /** When there is room for `needed` more, in Unix ms; null if that is now, or not known. */
  freeAt(needed: number): number | null
  /** Counts what goes out: the headers of an answer know nothing of what came after them. */
  spend(amount: number): void
}

/**
 * A quota that fills up evenly, as those of the large services do: their `reset` is when it is full
 * again, whatever time it is counted over, and that is much later than when one more fits in.
 */
export function createQuotaSnapshot(
  { limit, remaining, resetMs }: Quota,
  now: () => number,
): QuotaSnapshot {
  const heardAt = now()
  const fullAt = heardAt + (resetMs ?? 0)
  const perMs = limit !== null && resetMs ? (limit - remaining) / resetMs : 0
  let spent = 0

  return {
    freeAt(needed) {
      // What never fits is the service's to refuse.
      if (now() >= fullAt || (limit !== null && needed > limit)) return null
      const free = remaining - spent + (now() - heardAt) * perMs
      if (free >= needed) return null
      return perMs === 0 ? fullAt : Math.min(fullAt, now() + (needed - free) / perMs)
    },
    spend(amount) {
      spent += amount
    },
  }
}
