import { createRecent, MOST_TARGETS } from '../recent.ts'

/** How long the targets take until content, as a moving average. */
export interface Paces {
  add(key: string, ms: number): void
  /** In ms; null where nothing was measured lately. */
  of(key: string): number | null
}

/** The newest answer counts for a fifth. */
const WEIGHT_OF_NEWEST = 0.2
/** Who was slow once gets another chance. */
const FORGOTTEN_AFTER_MS = 5 * 60_000

export function createPaces(now: () => number): Paces {
  const paces = createRecent<{ ms: number; at: number }>(MOST_TARGETS)

  function of(key: string): number | null {
    const pace = paces.get(key)
    return pace && pace.at + FORGOTTEN_AFTER_MS > now() ? pace.ms : null
  }

  return {
    of,
    add(key, ms) {
      const before = of(key) ?? ms
      paces.set(key, { ms: before + (ms - before) * WEIGHT_OF_NEWEST, at: now() })
    },
  }
}
