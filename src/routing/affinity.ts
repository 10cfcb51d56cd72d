import type { Exchange } from '../messages/exchange.ts'
import type { Usage } from '../messages/usage.ts'
import type { Target } from './target.ts'

/** Where the prompt caches of conversations are. */
export interface Affinity {
  /** The tokens of this conversation that a target has in its cache; 0 where none are known. */
  warmTokens(exchange: Asking, target: Target): number
  /** An answer came to its end there. */
  answered(exchange: Asking, target: Target, usage: Usage): void
}

type Asking = Pick<Exchange, 'session' | 'request'>

/** A cache entry lives five minutes from its last use, or an hour where the request asks for that. */
const LIFE_MS = 5 * 60_000
const LONG_LIFE_MS = 60 * 60_000
/** The conversations heard of last. */
const MAX_CONVERSATIONS = 1000

interface Cache {
  tokens: number
  until: number
}

/** Remembers, by what the services count, who holds how much of which conversation. */
export function createAffinity(now: () => number): Affinity {
  const conversations = new Map<string, Map<string, Cache>>()

  return {
    warmTokens({ session, request }, target) {
      if (session.id === null) return 0
      const cache = conversations.get(keyOf({ session, request }))?.get(target.id)
      return cache && cache.until > now() ? cache.tokens : 0
    },

    answered({ session, request }, target, usage) {
      const tokens = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0)
      if (session.id === null || tokens === 0) return
      const key = keyOf({ session, request })
      const caches = conversations.get(key) ?? new Map<string, Cache>()
      // The newest stands last; the first one is the one to forget.
      conversations.delete(key)
      conversations.set(key, caches)
      const life = isKeptLong(request) ? LONG_LIFE_MS : LIFE_MS
      caches.set(target.id, { tokens, until: now() + life })
      if (conversations.size <= MAX_CONVERSATIONS) return
      for (const [oldest] of conversations) {
        conversations.delete(oldest)
        break
      }
    },
  }
}

/** Looked for in the bytes, which takes a tenth of the time it takes in the text. */
function isKeptLong({ bytes }: Asking['request']): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('"ttl":"1h"')
}

/** Subagents and side models of a session have prompts of their own. */
function keyOf({ session, request }: Asking): string {
  return JSON.stringify([session.id, session.agent, request.body.model])
}
