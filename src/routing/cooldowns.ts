import type { ProxyError } from '../errors.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import { type Block, LONGEST_BLOCK_MS } from './block.ts'
import type { Memory } from './memory.ts'
import { RULES } from './rules.ts'
import { coversKey, coversProviderKey, memoryKey, type Target } from './target.ts'
import { isStale, keptOf, noTrouble, recall, type Trouble } from './trouble.ts'

/** Which targets are left alone after trouble, and for how long. */
export interface Cooldowns {
  blocked(target: Target): Block | null
  /** A request goes out; the trouble it meets counts from now. */
  started(target: Target): Trial
  /** Forgets all trouble of this target, and of its provider. */
  clear(target: Target): void
}

/** What one request finds out about a target. */
export interface Trial {
  /** The target rested before; whether it is well again is not known yet. */
  readonly isProbe: boolean
  /** Content came: the rest is over, though not yet forgotten. */
  answered(): void
  /** The answer came to its end. */
  succeeded(): void
  /** There was no answer. */
  failed(error: ProxyError): void
  /** The answer broke off after it had begun: the client's own retry should land elsewhere. */
  broke(error: ProxyError): void
  /** Nothing more will come of it. */
  ended(): void
}

export interface CooldownSettings {
  /** Cooldown after a 429 that names no time, in ms. */
  rateLimitMs: number
  now: () => number
  memory: Memory
}

const FAILURE_COOLDOWN_MS = 2000
/** When a probe will be over is not known; ask again soon. */
const PROBE_LOOK_MS = 1000

/** What blocks, because of what, and when the request was sent that met it. */
interface Cause {
  key: string
  kind: Block['kind']
  error: ProxyError
  sent: number
}

/** Cooldowns and their growth. Those after a 429 or a failure survive a restart. */
export function createCooldowns({ rateLimitMs, now, memory }: CooldownSettings): Cooldowns {
  const troubles = recall(memory, now())
  // Requests of one millisecond have an order too, which a clock would not tell.
  let order = 0
  /** The newest request to each target that was answered to its end, by its order. */
  const lastGood = createRecent<number>(MOST_TARGETS)

  /** A 429 and a failure are remembered apart: the one must not hide or shorten the other. */
  const keysOf = (target: Target) => ({
    rateLimit: `429 ${memoryKey(target, target.id)}`,
    provider: `provider ${memoryKey(target, target.provider)}`,
    failure: `fault ${memoryKey(target, target.id)}`,
  })

  /** Resting, or being tried by another request. */
  function current(key: string): Block | null {
    const { block, probe } = troubles.get(key) ?? { block: null, probe: null }
    if (!block) return null
    if (block.until > now()) return block
    return probe === null ? null : { ...block, isBeingTried: true, until: now() + PROBE_LOOK_MS }
  }

  /** The requests of one burst fail together; only the first of them counts. */
  function count(key: string, sent: number): Trouble {
    const before = troubles.get(key)
    const trouble = before && !isStale(before, now()) ? before : noTrouble()
    troubles.set(key, trouble)
    if (trouble.probe === sent) trouble.probe = null
    if (sent < trouble.order) return trouble
    trouble.count++
    trouble.order = ++order
    trouble.at = now()
    return trouble
  }

  function drop(key: string) {
    if (troubles.delete(key)) memory.drop(key)
  }

  function block(target: Target, { key, kind, error, sent }: Cause, restMs: (n: number) => number) {
    const isOldNews = sent < (troubles.get(key)?.order ?? 0)
    const trouble = count(key, sent)
    // Those of one burst end at different times; the rest does not begin anew with each of them.
    if (isOldNews && error.details.retryAfterMs === undefined) return
    const ms = restMs(trouble.count)
    const until = now() + Math.min(ms, LONGEST_BLOCK_MS)
    if (ms === 0 || (trouble.block?.until ?? 0) > until) return
    trouble.block = { kind, reason: error.message, until }
    const kept = keptOf(target, trouble)
    if (kept) memory.keep(key, kept)
  }

  function coolAfterRateLimit(target: Target, error: ProxyError, sent: number) {
    const cause = { key: keysOf(target).rateLimit, kind: 'rate_limit' as const, error, sent }
    block(target, cause, (n) => error.details.retryAfterMs ?? rateLimitMs * 2 ** (n - 1))
  }

  /** The first `free` failures in a row have no consequence. */
  function coolAfterFailure(target: Target, error: ProxyError, sent: number, free: number) {
    const cause = { key: keysOf(target).failure, kind: 'failure' as const, error, sent }
    block(target, cause, (n) =>
      n <= free
        ? 0
        : Math.max(error.details.retryAfterMs ?? 0, FAILURE_COOLDOWN_MS * 2 ** (n - free - 1)),
    )
  }

  /** Takes the one place of a probe wherever a rest is over. */
  function claimProbes(keys: string[], sent: number): Trouble[] {
    const claimed: Trouble[] = []
    for (const key of keys) {
      const trouble = troubles.get(key)
      if (!trouble?.block || trouble.block.until > now()) continue
      if (isStale(trouble, now())) {
        drop(key)
        continue
      }
      if (trouble.probe !== null) continue
      trouble.probe = sent
      claimed.push(trouble)
    }
    return claimed
  }

  return {
    blocked(target) {
      const { rateLimit, provider, failure } = keysOf(target)
      return current(rateLimit) ?? current(provider) ?? current(failure)
    },

    started(target) {
      const sent = ++order
      const keys = keysOf(target)
      // After a 429 it is the limits that let in one first, then two, then four.
      const probed = claimProbes([keys.provider, keys.failure], sent)
      const older = () =>
        Object.values(keys).filter((key) => (troubles.get(key)?.order ?? sent) < sent)

      return {
        isProbe: probed.length > 0,

        answered() {
          for (const key of older()) {
            const trouble = troubles.get(key)
            if (trouble) Object.assign(trouble, { block: null, probe: null })
            memory.drop(key)
          }
        },

        succeeded() {
          lastGood.set(keys.failure, sent)
          for (const key of older()) drop(key)
        },

        failed(error) {
          // Silence began long ago: it is no news of a target that has answered others since.
          const isSilence = error.details.outcome === 'silent'
          if (isSilence && sent < (lastGood.get(keys.failure) ?? 0)) return
          const { cools, marks } = RULES[error.details.outcome ?? 'server_error']
          if (cools === 'rate_limit') coolAfterRateLimit(target, error, sent)
          if (cools === 'failure') coolAfterFailure(target, error, sent, 0)
          if (cools === 'repeated_failure') coolAfterFailure(target, error, sent, 1)
          if (!marks) return
          const key = marks === 'unavailable' ? keys.failure : keys.provider
          block(target, { key, kind: marks, error, sent }, () => LONGEST_BLOCK_MS)
        },

        broke(error) {
          if (error.details.outcome === 'rate_limited') coolAfterRateLimit(target, error, sent)
          else coolAfterFailure(target, error, sent, 0)
        },

        ended() {
          // A probe that came to nothing gives its place to the next request.
          for (const trouble of probed) if (trouble.probe === sent) trouble.probe = null
        },
      }
    },

    clear(target) {
      for (const [key] of troubles.entries()) {
        const [kind, ...name] = key.split(' ')
        const covers = kind === 'provider' ? coversProviderKey : coversKey
        if (covers(target, name.join(' '))) drop(key)
      }
    },
  }
}
