import { expect } from 'bun:test'
import { readAnthropic, readInvoke } from './read-anthropic.ts'
import { readChat } from './read-chat.ts'
import { readConverse } from './read-converse.ts'
import { readResponses } from './read-responses.ts'
import type { Wire } from './recordings.ts'

/** What a recording says, in Anthropic's words. */
export interface Reading {
  content: unknown[]
  /** Null while nothing said why it stopped: up to there the answer is not whole. */
  stop: string | null
  usage: Tokens
}

export interface Tokens {
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
  thinking: number
}

/**
 * A direct reading of recorded bytes, written from the vendors' descriptions of their wires. It
 * shares nothing with the lanes it judges.
 */
export const READERS: Record<Wire, (body: Uint8Array, streamed: boolean) => Reading> = {
  anthropic: readAnthropic,
  invoke: readInvoke,
  converse: readConverse,
  chat: readChat,
  responses: readResponses,
}

/** Thought by another model than Claude; the signature is ours and says so. */
export function foreignThinking(thinking: string) {
  return { type: 'thinking', thinking, signature: expect.stringMatching(/^cp1\./) }
}

const LEGAL_ID = /^[a-zA-Z0-9_-]{1,64}$/

/** The id as the service made it, unless Claude would refuse it. */
export function foreignCall(id: string, name: string, json: string) {
  const input: unknown = JSON.parse(json || '{}')
  return {
    type: 'tool_use',
    id: LEGAL_ID.test(id) ? id : expect.stringMatching(LEGAL_ID),
    name,
    input,
  }
}
