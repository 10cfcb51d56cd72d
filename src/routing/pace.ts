/** How long the targets take until content, as a moving average. */
export interface Paces {
  add(key: string, ms: number): void
  /** In ms; null where nothing was measured. */
  of(key: string): number | null
}

/** The newest answer counts for a fifth. */
const WEIGHT_OF_NEWEST = 0.2
/** Model ids may come from clients; nobody has more targets than this. */
const MAX_TARGETS = 500

export function createPaces(): Paces {
  const paces = new Map<string, number>()
  return {
    add(key, ms) {
      const before = paces.get(key)
      if (before === undefined && paces.size >= MAX_TARGETS) return
      paces.set(key, before === undefined ? ms : before + (ms - before) * WEIGHT_OF_NEWEST)
    },
    of: (key) => paces.get(key) ?? null,
  }
}
