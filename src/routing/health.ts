import type { ProxyError } from '../errors.ts'
import { createLimits } from './limits.ts'
import { RULES } from './rules.ts'
import type { Target } from './target.ts'

/** Why a target is not asked, and until when (Unix ms). */
export interface Block {
  kind: 'rate_limit' | 'failure' | 'unavailable' | 'misconfigured'
  reason: string
  until: number
}

/** The memory of all targets. The routing asks and tells it through these verbs only. */
export interface Health {
  /** Why this target must not be asked now; null when it may. */
  blocked(target: Target): Block | null
  /** A request goes out. Call what it gives when it is over, with the tokens it took. */
  started(target: Target): (tokens: number) => void
  succeeded(target: Target): void
  failed(target: Target, error: ProxyError): void
  /** An answer broke off after it had begun: the client's own retry should land elsewhere. */
  broke(target: Target, error: ProxyError): void
  /** Forgets what is held against a target. */
  clear(target: Target): void
  inFlight(target: Target): number
  requestsLastMinute(target: Target): number
}

export interface HealthSettings {
  /** Cooldown after a 429 that names no time, in ms. */
  rateLimitMs: number
  now: () => number
}

const FAILURE_COOLDOWN_MS = 2000
/** No cooldown is trusted for longer: quotas recover earlier than services say. */
const MAX_COOLDOWN_MS = 5 * 60_000

interface Memory {
  block: Block | null
  /** Failures in a row, of either kind; they double the cooldown. */
  failures: number
  rateLimits: number
}

/** Health kept in memory. */
export function createHealth({ rateLimitMs, now }: HealthSettings): Health {
  const memories = new Map<string, Memory>()
  const misconfigured = new Map<string, Block>()
  const limits = createLimits(now)

  function memoryOf(target: Target): Memory {
    const memory = memories.get(target.id) ?? { block: null, failures: 0, rateLimits: 0 }
    memories.set(target.id, memory)
    return memory
  }

  function current(block: Block | null | undefined): Block | null {
    return block && block.until > now() ? block : null
  }

  function cooldownMs(cools: 'rate_limit' | 'failure', memory: Memory, asked = 0): number {
    if (cools === 'failure') {
      return Math.max(asked, FAILURE_COOLDOWN_MS * 2 ** Math.max(0, memory.failures - 1))
    }
    return asked || rateLimitMs * 2 ** Math.max(0, memory.rateLimits - 1)
  }

  function cool(target: Target, kind: 'rate_limit' | 'failure', error: ProxyError) {
    const memory = memoryOf(target)
    const ms = Math.min(cooldownMs(kind, memory, error.details.retryAfterMs), MAX_COOLDOWN_MS)
    const until = now() + ms
    // A second failure of the same outage must not shorten what the first one said.
    if ((current(memory.block)?.until ?? 0) < until) {
      memory.block = { kind, reason: error.message, until }
    }
  }

  return {
    blocked(target) {
      return (
        current(misconfigured.get(target.provider)) ??
        current(memories.get(target.id)?.block) ??
        limits.blocked(target)
      )
    },

    started: (target) => limits.started(target),

    succeeded(target) {
      memories.delete(target.id)
      misconfigured.delete(target.provider)
    },

    failed(target, error) {
      const rule = RULES[error.details.outcome ?? 'server_error']
      const memory = memoryOf(target)
      if (rule.cools === 'rate_limit') {
        memory.rateLimits++
        cool(target, 'rate_limit', error)
      } else if (rule.cools) {
        memory.failures++
        if (rule.cools === 'failure' || memory.failures > 1) cool(target, 'failure', error)
      }
      const until = now() + MAX_COOLDOWN_MS
      if (rule.marks === 'unavailable') {
        memory.block = { kind: 'unavailable', reason: error.message, until }
      }
      if (rule.marks === 'misconfigured') {
        const block: Block = { kind: 'misconfigured', reason: error.message, until }
        misconfigured.set(target.provider, block)
      }
    },

    broke(target, error) {
      const rateLimited = error.details.outcome === 'rate_limited'
      const memory = memoryOf(target)
      if (rateLimited) memory.rateLimits++
      else memory.failures++
      cool(target, rateLimited ? 'rate_limit' : 'failure', error)
    },

    clear(target) {
      memories.delete(target.id)
      misconfigured.delete(target.provider)
    },

    inFlight: (target) => limits.inFlight(target),
    requestsLastMinute: (target) => limits.requestsLastMinute(target),
  }
}
