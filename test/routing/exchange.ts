import { createConversations } from '../../src/messages/conversations.ts'
import { type Exchange, openExchange } from '../../src/messages/exchange.ts'
import type { ClientRequest } from '../../src/messages/request.ts'

export interface Asked {
  session?: string
  agent?: string
  model?: string
  /** The length of the prompt; four characters make a token. */
  characters?: number
  /** Asks for a cache that lives an hour. */
  hourly?: boolean
}

/** A request of Claude Code that has arrived. Its row goes nowhere. */
export function anExchange(asked: Asked = {}): Exchange {
  const { signal } = new AbortController()
  const exchange = openExchange(aRequest(asked), {
    clientSignal: signal,
    shutdownSignal: signal,
    requestTimeoutMs: 600_000,
    now: () => 0,
    redact: (text) => text,
    priceOf: () => null,
    conversations: createConversations(),
    replayOf: null,
    record() {},
  })
  // What is decided from it needs no answer, and nobody should wait for its deadline.
  exchange.end({ state: 'complete', status: 200, error: null })
  return exchange
}

function aRequest({
  session,
  agent,
  model = 'opus',
  characters = 400,
  hourly,
}: Asked): ClientRequest {
  const headers = new Headers()
  if (session) headers.set('x-claude-code-session-id', session)
  if (agent) headers.set('x-claude-code-agent-id', agent)
  const cache_control = hourly ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' }
  const text = 'x'.repeat(characters)
  const content = [{ type: 'text', text, cache_control }]
  const body = { model, max_tokens: 10, messages: [{ role: 'user' as const, content }] }
  const json = JSON.stringify(body)
  return { body, text: json, bytes: Buffer.from(json), headers, search: '' }
}
