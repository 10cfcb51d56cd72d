import { isRecord } from '../json.ts'
import { createRecent } from '../recent.ts'
import { countTokens } from './answer.ts'
import { type Json, objectsIn } from './json.ts'
import type { SimulatedCall, Usage } from './steps.ts'

/** The prompt caches of a service, over all models it has. */
export interface PromptCache {
  /** What a call reads and writes there; empty for one that marks nothing to be cached. */
  count(call: SimulatedCall): Partial<Usage>
}

/** Caching as Anthropic has it: by exact prefix up to a mark, for five minutes from the last use. */
export function createPromptCache(now: () => number = Date.now): PromptCache {
  const usedAt = createRecent<number>(MOST_ENTRIES)

  const has = (key: string) => (usedAt.get(key) ?? Number.NEGATIVE_INFINITY) > now() - LIFE_MS

  return {
    count({ model, body }) {
      let hash = Bun.hash.xxHash32(model)
      let tokens = 0
      let read = 0
      let marked = 0
      for (const { text, isMarked } of isRecord(body) ? piecesOf(body) : []) {
        hash = Bun.hash.xxHash32(text, hash)
        tokens += countTokens(text)
        const key = String(hash)
        const isRead = has(key)
        if (isRead) read = tokens
        if (isMarked) marked = tokens
        if (isRead || (isMarked && tokens >= FEWEST_TOKENS)) usedAt.set(key, now())
      }
      if (marked < FEWEST_TOKENS) return {}
      const cached = Math.max(read, marked)
      return {
        input_tokens: tokens - cached,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: cached - read,
      }
    },
  }
}

const LIFE_MS = 5 * 60_000
const FEWEST_TOKENS = 1024
const MOST_ENTRIES = 10_000

interface Piece {
  text: string
  isMarked: boolean
}

/** In the order of the prompt, without the line that Anthropic leaves out of it. */
function piecesOf(body: Json): Piece[] {
  const messages = objectsIn(body.messages).flatMap(({ content }) => objectsIn(content))
  return [...objectsIn(body.tools), ...objectsIn(body.system), ...messages]
    .filter(({ text }) => !String(text).startsWith('x-anthropic-billing-header'))
    .map(({ cache_control, ...rest }) => ({
      text: JSON.stringify(rest),
      isMarked: cache_control !== undefined,
    }))
}
