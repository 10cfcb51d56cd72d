import type { RequestRow } from '../history/schema.ts'
import { createRecent } from '../recent.ts'
import {
  type Cached,
  cachedAfter,
  cacheLoss,
  type LossColumns,
  NO_LOSS,
  type Taken,
} from './cache-loss.ts'
import { changeSince, goesOn, type Prefix, prefixOf } from './prefix.ts'
import type { ClientRequest } from './request.ts'
import type { Session } from './session.ts'

/** What became of the prompt cache of a conversation. */
export type CacheColumns = Pick<RequestRow, 'prefix_change'> & LossColumns

/** Of a request that was compared with no other. */
export const NOT_COMPARED: CacheColumns = { prefix_change: null, ...NO_LOSS }

/** Finds out which turn of which conversation a request is, and what its prompt cache lost. */
export interface Conversations {
  /** A turn that had content, once its answer is over; it is the last one for the next. */
  turn(asked: { session: Session; request: ClientRequest }, taken: Taken): CacheColumns
}

/** A conversation as it stood at its last turn. */
interface Conversation {
  prefix: Prefix
  cached: Cached | null
  /** It has had more than one turn. */
  isFollowed: boolean
}

/** Main conversations, subagents and side tasks: the ones heard of last. */
const MOST_LINES = 500
/** One line may branch: who goes back, or asks something on the side, leaves the rest as it was. */
const MOST_BRANCHES = 4
/** Hashes are kept of no longer conversation; eight bytes each. */
const MOST_BLOCKS = 5000

/**
 * Remembers the conversations by session and agent, as hashes. Which branch a request goes on with
 * is told by what they have in common: a title or a summary that the same session asks for shares
 * nothing with the conversation, or its tools are none.
 */
export function createConversations(): Conversations {
  const lines = createRecent<readonly Conversation[]>(MOST_LINES)

  return {
    turn({ session, request }, taken) {
      if (session.id === null) return NOT_COMPARED
      const prefix = prefixOf(request.body)
      if (blockCount(prefix) > MOST_BLOCKS) return NOT_COMPARED
      const line = lineOf(session)
      const branches = lines.get(line) ?? []
      const last = lastTurn(branches, prefix)
      const isMore = last !== null && goesOn(last.prefix, prefix)
      const cached = cachedAfter(last?.cached ?? null, taken)
      const others = isMore ? branches.filter((branch) => branch !== last) : branches
      lines.set(line, bounded([...others, { prefix, cached, isFollowed: isMore }]))
      if (!last) return NOT_COMPARED
      const change = changeSince(last.prefix, prefix)
      // Of what a branch has in common with another, nobody knows how many tokens that are.
      const isComparable = isMore || change !== 'none'
      const loss = last.cached && isComparable ? cacheLoss(last.cached, change, taken) : NO_LOSS
      return { prefix_change: change, ...loss }
    },
  }
}

/** Side tasks on the small model have prompts of their own, made of the same conversation. */
function lineOf({ id, agent, isBackground }: Session): string {
  return JSON.stringify([id, agent, agent === null && isBackground])
}

function blockCount({ tools, system, messages }: Prefix): number {
  return tools.hashes.length + system.hashes.length + messages.hashes.length
}

/** Of too many the oldest goes that was asked only once: a row of searches is no conversation. */
function bounded(branches: readonly Conversation[]): readonly Conversation[] {
  if (branches.length <= MOST_BRANCHES) return branches
  const once = branches.slice(0, -1).findIndex(({ isFollowed }) => !isFollowed)
  return branches.toSpliced(Math.max(0, once), 1)
}

/** The branch with the most blocks in common, the latest of equals; null at a first turn. */
function lastTurn(branches: readonly Conversation[], now: Prefix): Conversation | null {
  let best: Conversation | null = null
  let most = 0
  for (const branch of branches) {
    const common = blocksInCommon(branch.prefix, now)
    if (common === 0 || common < most || !mayBelong(branch.prefix, now)) continue
    best = branch
    most = common
  }
  return best
}

/** Counted in place, so that one changed in the middle leaves those behind it in common. */
function blocksInCommon({ messages: before }: Prefix, { messages: now }: Prefix): number {
  let count = 0
  const length = Math.min(before.hashes.length, now.hashes.length)
  for (let index = 0; index < length; index++) {
    if (before.hashes[index] === now.hashes[index]) count++
  }
  return count
}

/** What nobody has answered yet is a first turn, unless it is the very same once more. */
function mayBelong(before: Prefix, now: Prefix): boolean {
  const hadTools = before.tools.hashes.length > 0
  const hasTools = now.tools.hashes.length > 0
  return hadTools === hasTools && (now.own > 0 || goesOn(before, now))
}
