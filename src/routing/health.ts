import type { ProxyError } from '../errors.ts'
import type { Block } from './block.ts'
import { createLimits, type Load } from './limits.ts'
import { RULES } from './rules.ts'
import { memoryKey, type Target } from './target.ts'

/** The memory of all targets. The routing asks and tells it through these verbs only. */
export interface Health {
  /** Why this target must not be asked now; null when it may. */
  blocked(target: Target): Block | null
  /** A request goes out to it. */
  started(target: Target): Flight
  load(target: Target): Load
}

/** One request to a target; what it tells counts from when it was sent. */
export interface Flight {
  /** The answer came to its end. */
  succeeded(): void
  /** There was no answer. */
  failed(error: ProxyError): void
  /** The answer broke off after it had begun: the client's own retry should land elsewhere. */
  broke(error: ProxyError): void
  /** Nothing more will come of it; it took this many tokens. */
  ended(tokens: number): void
}

export interface HealthSettings {
  /** Cooldown after a 429 that names no time, in ms. */
  rateLimitMs: number
  now: () => number
}

const FAILURE_COOLDOWN_MS = 2000
/** No cooldown is trusted for longer: quotas recover earlier than services say. */
const MAX_COOLDOWN_MS = 5 * 60_000
/** Model ids may come from clients, so what is over gets forgotten now and then. */
const MAX_MEMORIES = 500

/** One kind of trouble: how often in a row, and what it blocks. */
interface Trouble {
  count: number
  /** Its place in the order of things: what was sent before it is no news. */
  order: number
  block: Block | null
}

/** Health kept in memory. */
export function createHealth({ rateLimitMs, now }: HealthSettings): Health {
  const troubles = new Map<string, Trouble>()
  const limits = createLimits(now)
  // Requests of one millisecond have an order too, which a clock would not tell.
  let order = 0

  /** A 429 and a failure are remembered apart: the one must not hide or shorten the other. */
  const keysOf = (target: Target) => ({
    provider: memoryKey(target, target.provider),
    rateLimit: `429 ${memoryKey(target, target.id)}`,
    failure: `fault ${memoryKey(target, target.id)}`,
  })

  function current(key: string): Block | null {
    const block = troubles.get(key)?.block
    return block && block.until > now() ? block : null
  }

  /** The requests of one burst fail together; only the first of them counts. */
  function count(key: string, sent: number): Trouble {
    if (troubles.size > MAX_MEMORIES) forget()
    const trouble = troubles.get(key) ?? { count: 0, order: 0, block: null }
    troubles.set(key, trouble)
    if (sent < trouble.order) return trouble
    trouble.count++
    trouble.order = ++order
    return trouble
  }

  function forget() {
    for (const key of troubles.keys()) if (!current(key)) troubles.delete(key)
  }

  function block(trouble: Trouble, kind: Block['kind'], error: ProxyError, ms: number) {
    const until = now() + Math.min(ms, MAX_COOLDOWN_MS)
    if ((trouble.block?.until ?? 0) > until) return
    trouble.block = { kind, reason: error.message, until }
  }

  function coolAfterRateLimit(target: Target, error: ProxyError, sent: number) {
    const trouble = count(keysOf(target).rateLimit, sent)
    const ms = error.details.retryAfterMs ?? rateLimitMs * 2 ** (trouble.count - 1)
    block(trouble, 'rate_limit', error, ms)
  }

  function coolAfterFailure(target: Target, error: ProxyError, sent: number, free: number) {
    const trouble = count(keysOf(target).failure, sent)
    if (trouble.count <= free) return
    const ms = FAILURE_COOLDOWN_MS * 2 ** (trouble.count - free - 1)
    block(trouble, 'failure', error, Math.max(error.details.retryAfterMs ?? 0, ms))
  }

  return {
    blocked(target) {
      const { provider, rateLimit, failure } = keysOf(target)
      // A limit comes first: what may be asked all the same in need is not what said 429.
      return current(rateLimit) ?? limits.blocked(target) ?? current(provider) ?? current(failure)
    },

    started(target) {
      const sent = ++order
      const ended = limits.started(target)
      return {
        ended,

        succeeded() {
          for (const key of Object.values(keysOf(target))) {
            // Trouble that came after this request had been sent is not over with it.
            if ((troubles.get(key)?.order ?? 0) < sent) troubles.delete(key)
          }
        },

        failed(error) {
          const rule = RULES[error.details.outcome ?? 'server_error']
          const { provider, failure } = keysOf(target)
          if (rule.cools === 'rate_limit') coolAfterRateLimit(target, error, sent)
          if (rule.cools === 'failure') coolAfterFailure(target, error, sent, 0)
          if (rule.cools === 'repeated_failure') coolAfterFailure(target, error, sent, 1)
          if (rule.marks === 'unavailable') {
            block(count(failure, sent), 'unavailable', error, MAX_COOLDOWN_MS)
          }
          if (rule.marks === 'misconfigured') {
            block(count(provider, sent), 'misconfigured', error, MAX_COOLDOWN_MS)
          }
        },

        broke(error) {
          if (error.details.outcome === 'rate_limited') coolAfterRateLimit(target, error, sent)
          else coolAfterFailure(target, error, sent, 0)
        },
      }
    },

    load: (target) => limits.load(target),
  }
}
