import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { createRecent, MOST_TARGETS, type Recent } from '../recent.ts'
import { type Block, LONGEST_BLOCK_MS } from './block.ts'
import type { Memory } from './memory.ts'
import type { Target } from './target.ts'

/** One kind of trouble: how often in a row, and what it blocks. */
export interface Trouble {
  count: number
  /** Its place in the order of things: what was sent before it is no news. */
  order: number
  /** When it last came, in Unix ms. */
  at: number
  block: Block | null
  /** The request that tries whether it is over, by its order; the others wait for it. */
  probe: number | null
}

/** Three kinds for each target. */
const MOST_TROUBLES = 3 * MOST_TARGETS

/** Where trouble begins. */
export function noTrouble(): Trouble {
  return { count: 0, order: 0, at: 0, block: null, probe: null }
}

/** Growth ends with a success, or once nothing was heard for as long as the longest cooldown. */
export function isStale({ at, block, probe }: Trouble, now: number): boolean {
  return probe === null && Math.max(at, block?.until ?? 0) + LONGEST_BLOCK_MS < now
}

const Kept = Type.Object({
  count: Type.Integer({ minimum: 1 }),
  kind: Type.Union([Type.Literal('rate_limit'), Type.Literal('failure')]),
  reason: Type.String(),
  until: Type.Number(),
})
const kept = Compile(Kept)

/**
 * What a person has to mend is not kept, since a restart is often a part of the mending; nor what
 * belongs to a client's own credential.
 */
export function keptOf(target: Target, { count, block }: Trouble): Static<typeof Kept> | null {
  if (target.account !== undefined || !block) return null
  const { kind, reason, until } = block
  return kind === 'rate_limit' || kind === 'failure' ? { count, kind, reason, until } : null
}

/** What a memory has kept, as far as it still matters at `now` (Unix ms); it forgets the rest. */
export function recall(memory: Memory, now: number): Recent<Trouble> {
  const troubles = createRecent<Trouble>(MOST_TROUBLES, { onDrop: memory.drop })
  for (const [key, value] of memory.load()) {
    if (!kept.Check(value)) continue
    const { count, kind, reason } = value
    const until = Math.min(value.until, now + LONGEST_BLOCK_MS)
    const trouble = { ...noTrouble(), count, at: until, block: { kind, reason, until } }
    if (isStale(trouble, now)) memory.drop(key)
    else troubles.set(key, trouble)
  }
  return troubles
}
