import { createRecent, MOST_TARGETS } from '../recent.ts'
import type { Memory } from './memory.ts'
import { coversKey, type Target } from './target.ts'

/**
 * What targets do not know, so that it is left out before they refuse it: what the config says, and
 * what they said themselves, which a restart does not forget.
 */
export interface Learned {
  /** Everything to leave out for a target, as `strip` in the config writes it. */
  about(target: Target): readonly string[]
  learn(target: Target, unsupported: readonly string[]): void
  /** What a configured target, or those it stands for, turned out not to know. */
  by(target: Target): readonly string[]
  /** Forgets that; what the config says stays. */
  clear(target: Target): void
}

export function createLearned(memory: Memory): Learned {
  const known = createRecent<readonly string[]>(MOST_TARGETS, {
    onDrop: (id) => memory.drop(keyOf(id)),
  })
  for (const [key, value] of memory.load()) {
    if (key.startsWith(PREFIX) && isList(value)) known.set(key.slice(PREFIX.length), value)
  }
  const covered = (target: Target) => [...known.entries()].filter(([id]) => coversKey(target, id))

  return {
    about: ({ id, strip }) => [...strip, ...(known.get(id) ?? [])],
    learn({ id }, unsupported) {
      const list = [...new Set([...(known.get(id) ?? []), ...unsupported])].slice(-MOST_STRIPS)
      known.set(id, list)
      memory.keep(keyOf(id), list)
    },
    by: (target) => [...new Set(covered(target).flatMap(([, list]) => list))],
    clear(target) {
      for (const [id] of covered(target)) {
        known.delete(id)
        memory.drop(keyOf(id))
      }
    },
  }
}

/** Clients may name fields that nobody knows, and each of them is looked for in every request. */
const MOST_STRIPS = 50

/** No target is called so: in a memory that others use too, these keys are told apart by it. */
const PREFIX = 'unsupported '

function keyOf(id: string): string {
  return PREFIX + id
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
