import type { ClientRequest } from './request.ts'

/** Whose conversation a request belongs to. */
export interface Session {
  /** Null where the client names none. */
  readonly id: string | null
  /** The subagent that asks; null for the main conversation. */
  readonly agent: string | null
  /** Nobody watches it: a subagent, or a side task such as a title. */
  readonly isBackground: boolean
}

/**
 * Of a request that repeats another: a conversation goes on behind the original, so its turns, its
 * prompt cache and the target it stays with have nothing to do with the repetition.
 */
export const NO_SESSION: Session = { id: null, agent: null, isBackground: false }

/** Claude Code gives its side tasks to the small model. */
const SIDE_MODEL = /haiku/i

/** Claude Code names its session in a header; older versions in `metadata.user_id`, as JSON. */
export function sessionOf({ headers, body }: ClientRequest): Session {
  const userId = body.metadata?.user_id
  const inUserId = /"session_id":"([^"]+)"/.exec(userId ?? '')?.[1]
  const agent = bounded(headers.get('x-claude-code-agent-id'))
  return {
    id: bounded(headers.get('x-claude-code-session-id') ?? inUserId ?? userId),
    agent,
    isBackground: agent !== null || SIDE_MODEL.test(body.model),
  }
}

function bounded(id: string | null | undefined): string | null {
  return id ? id.slice(0, 128) : null
}
