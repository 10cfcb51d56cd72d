import type { Block } from './block.ts'
import type { Memory } from './memory.ts'
import { type Target, targetId } from './target.ts'

/** The targets a person has set aside. No route asks them until they are resumed, whoever else is out. */
export interface Paused {
  blocked(target: Target): Block | null
  pause(target: Target): void
  resume(target: Target): void
}

/** A pause survives a restart, and has no end of its own. */
export function createPaused(memory: Memory): Paused {
  const ids = new Set<string>()
  for (const key of memory.load().keys()) {
    if (key.startsWith(PREFIX)) ids.add(key.slice(PREFIX.length))
  }

  return {
    blocked(target) {
      const isPaused = ids.size > 0 && namesOf(target).some((id) => ids.has(id))
      return isPaused ? BLOCK : null
    },
    pause({ id }) {
      ids.add(id)
      memory.keep(keyOf(id), true)
    },
    resume(target) {
      for (const id of namesOf(target)) if (ids.delete(id)) memory.drop(keyOf(id))
    },
  }
}

const BLOCK: Block = {
  kind: 'paused',
  reason: 'paused by hand; no request goes there until it is resumed',
  until: Number.POSITIVE_INFINITY,
}

/** A target that names no model stands for every model in its place. */
function namesOf(target: Target): string[] {
  return [target.id, targetId({ ...target, model: '' })]
}

/** No target is called so: others keep what they know in the same memory. */
const PREFIX = 'paused '

function keyOf(id: string): string {
  return PREFIX + id
}
