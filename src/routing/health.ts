import type { ProxyError } from '../errors.ts'
import { quotasIn } from '../providers/rate-limits.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import type { Block } from './block.ts'
import { createCooldowns } from './cooldowns.ts'
import { createLimits, type Load } from './limits.ts'
import type { Memory } from './memory.ts'
import { createPaces } from './pace.ts'
import { createPaused } from './paused.ts'
import { coversKey, memoryKey, type Target } from './target.ts'

/** The memory of all targets. The routing asks and tells it through these verbs only. */
export interface Health {
  /** Why a request of this many tokens must not go there now; null when it may. */
  blocked(target: Target, tokens?: number): Block | null
  /** A request goes out to it, of an estimated size. */
  started(target: Target, tokens?: number): Flight
  load(target: Target): Load
  /**
   * The targets asked lately that a configured one stands for: itself, or those of each account and
   * model where it names none.
   */
  covered(target: Target): readonly Target[]
  /** Requests that still fit into this minute; Infinity where no limit is known. */
  room(target: Target): number
  /** How long it takes until content, in ms; null where that is not known. */
  pace(target: Target): number | null
  /** Forgets its cooldowns, marks and counters, and what was learned of its limits. */
  clear(target: Target): void
  /** Sets it aside for every route, until it is resumed; a restart does not end that. */
  pause(target: Target): void
  resume(target: Target): void
}

/** One request to a target; what it tells counts from when it was sent. */
export interface Flight {
  /** The target rested before, and this request tries whether it is well again. */
  readonly isProbe: boolean
  /** The headers of whatever it answered. */
  heard(headers: Headers): void
  /** Content came, this many ms after the request was sent; null where nothing was streamed. */
  answered(ms: number | null): void
  /** The answer came to its end. */
  succeeded(): void
  /** There was no answer. */
  failed(error: ProxyError): void
  /** There was none, and no request shall be the worse for it: it was a test. Ends the flight. */
  withdrawn(): void
  /** The answer broke off after it had begun: the client's own retry should land elsewhere. */
  broke(error: ProxyError): void
  /** Nothing more will come of it; it took this many tokens, null where nobody said. */
  ended(tokens: number | null): void
}

export interface HealthSettings {
  /** Cooldown after a 429 that names no time, in ms. */
  rateLimitMs: number
  now: () => number
  memory: Memory
  /** Called when a target may have become free before its time. */
  onChange(): void
}

/** Health of the targets one process asks. */
export function createHealth({ onChange, ...settings }: HealthSettings): Health {
  const { now } = settings
  const cooldowns = createCooldowns(settings)
  const limits = createLimits(now)
  const paused = createPaused(settings.memory)
  const asked = createRecent<Target>(MOST_TARGETS)
  const paces = createPaces(now)

  return {
    blocked(target, tokens = 0) {
      const block = paused.blocked(target) ?? cooldowns.blocked(target)
      if (block?.kind === 'paused') return block
      // A limit comes first: what may be asked all the same in need is not what said 429.
      return block?.kind === 'rate_limit' ? block : (limits.blocked(target, tokens) ?? block)
    },

    started(target, tokens = 0) {
      asked.set(memoryKey(target, target.id), target)
      const trial = cooldowns.started(target)
      const passage = limits.started(target, tokens)

      function ended(took: number | null) {
        trial.ended()
        passage.ended(took)
        onChange()
      }

      return {
        isProbe: trial.isProbe,

        heard(headers) {
          // Services name times by the clock on the wall.
          passage.heard(quotasIn(headers, Date.now()))
        },

        answered(ms) {
          trial.answered()
          passage.passed()
          if (ms !== null) paces.add(memoryKey(target, target.id), ms)
          onChange()
        },

        succeeded: trial.succeeded,

        failed(error) {
          trial.failed(error)
          if (error.details.outcome === 'rate_limited') passage.refused(error.details)
        },

        withdrawn() {
          passage.withdrawn()
          ended(0)
        },

        broke: trial.broke,

        ended,
      }
    },

    load: limits.load,
    covered: (target) =>
      [...asked.entries()].flatMap(([key, one]) => (coversKey(target, key) ? [one] : [])),
    room: limits.room,
    pace: (target) => paces.of(memoryKey(target, target.id)),

    clear(target) {
      cooldowns.clear(target)
      limits.clear(target)
      onChange()
    },

    pause(target) {
      paused.pause(target)
      onChange()
    },

    resume(target) {
      paused.resume(target)
      onChange()
    },
  }
}
