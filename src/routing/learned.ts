import type { Unsupported } from '../errors.ts'
import { createRecent, MOST_TARGETS } from './recent.ts'
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

/** Kept in memory: a restart costs one refusal for each. */
export function createLearned(): Learned {
  const known = createRecent<Unsupported[]>(MOST_TARGETS)
  return {
    about: ({ id }) => known.get(id) ?? [],
    learn({ id }, unsupported) {
      const list = known.get(id) ?? []
      if (!hasLearned(list, unsupported)) known.set(id, [...list, unsupported])
    },
    all: () => Object.fromEntries(known.entries()),
  }
}
