import type { Unsupported } from '../errors.ts'
import type { Target } from './target.ts'

/** What targets turned out not to know, so that it is left out before they refuse it again. */
export interface Learned {
  about(target: Target): readonly Unsupported[]
  /** False where that was known already: leaving it out did not help. */
  learn(target: Target, unsupported: Unsupported): boolean
  /** Everything, by the id of the target. */
  all(): Record<string, readonly Unsupported[]>
}

/** Targets may be named by clients; nobody has more of them than this. */
const MAX_TARGETS = 500

/** Kept in memory: a restart costs one refusal for each. */
export function createLearned(): Learned {
  const known = new Map<string, Unsupported[]>()
  return {
    about: ({ id }) => known.get(id) ?? [],
    learn({ id }, unsupported) {
      const list = known.get(id) ?? []
      if (list.some((one) => Bun.deepEquals(one, unsupported))) return false
      if (known.size < MAX_TARGETS) known.set(id, [...list, unsupported])
      return true
    },
    all: () => Object.fromEntries(known),
  }
}
