import type { Unsupported } from '../errors.ts'
import type { Target } from './target.ts'

/** What targets turned out not to know, so that it is left out before they refuse it again. */
export interface Learned {
  about(target: Target): readonly Unsupported[]
  learn(target: Target, unsupported: Unsupported): void
  /** Everything, by the id of the target. */
  all(): Record<string, readonly Unsupported[]>
}

export function hasLearned(list: readonly Unsupported[], unsupported: Unsupported): boolean {
  return list.some((one) => Bun.deepEquals(one, unsupported))
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
      if (hasLearned(list, unsupported)) return
      if (known.has(id) || known.size < MAX_TARGETS) known.set(id, [...list, unsupported])
    },
    all: () => Object.fromEntries(known),
  }
}
