import { createHealth, type Flight } from '../../src/routing/health.ts'
import { aFailure } from './failure.ts'
import type { Service } from './service.ts'
import { aClock, aTarget, noMemory } from './target.ts'

const MINUTE = 60_000
const LEARNING_MS = 20 * MINUTE
const MEASURED_MS = 60 * MINUTE

/** What comes, and how the service answers; all times in ms. */
export interface Traffic {
  /** Requests a minute for each one that the service takes. */
  pressure: number
  /** So many come at the same moment. */
  swarm: number
  /** Until a refusal is back. */
  roundTripMs: number
  /** Until an answer has content. */
  thinkingMs: number
  /** Whether a refusal says when to come back. */
  namesTime: boolean
  seed: number
}

export interface Amounts {
  /** What the service takes in a minute. */
  limit: number
  /** What one request takes at most. */
  largest: number
  /** What there is too much of, as a refusal says it. */
  limited?: 'tokens'
}

/**
 * An hour of a target, after twenty minutes to learn what it takes, in a time that passes only here.
 * With `isTold` the config says what it takes.
 */
export function anHourWith(
  service: Service,
  { limit, largest, limited }: Amounts,
  traffic: Traffic,
  isTold: boolean,
) {
  const clock = aClock()
  const health = createHealth({
    rateLimitMs: 10_000,
    now: clock.now,
    memory: noMemory,
    onChange() {},
  })
  const plain = aTarget()
  const told = limited === 'tokens' ? { tpm: limit } : { rpm: limit }
  const target = isTold ? { ...plain, limits: { ...plain.limits, ...told } } : plain
  const measuredFrom = clock.now() + LEARNING_MS
  const end = measuredFrom + MEASURED_MS
  // Both runs get the same requests at the same times, whatever is answered.
  const [random, thinking] = [randomNumbers(traffic.seed), randomNumbers(traffic.seed + 1)]
  const agenda = createAgenda(clock)
  const measured = { calls: 0, refusals: 0, used: 0 }

  function ask(amount: number) {
    const tokens = limited === 'tokens' ? amount : 1
    if (health.blocked(target, tokens)) return
    const flight = health.started(target, tokens)
    const waitMs = service.take(amount, clock.now())
    if (clock.now() >= measuredFrom) {
      measured.calls++
      if (waitMs === null) measured.used += amount
      else measured.refusals++
    }
    if (waitMs === null) answer(flight, tokens)
    else agenda.in(traffic.roundTripMs, () => refuse(flight, waitMs))
  }

  function answer(flight: Flight, tokens: number) {
    const ms = traffic.roundTripMs + traffic.thinkingMs * thinking()
    agenda.in(ms, () => flight.answered(ms))
    agenda.in(2 * ms, () => {
      flight.succeeded()
      flight.ended(tokens)
    })
  }

  function refuse(flight: Flight, waitMs: number) {
    const retryAfterMs = traffic.namesTime ? Math.ceil(waitMs / 1000) * 1000 : undefined
    flight.failed(aFailure('rate_limited', { retryAfterMs, ...(limited && { limited }) }))
    flight.ended(0)
  }

  function arrive() {
    let demand = 0
    for (let i = 0; i < traffic.swarm; i++) {
      const amount = Math.ceil(largest * random())
      demand += amount
      ask(amount)
    }
    agenda.in((-Math.log(1 - random()) * demand * MINUTE) / (limit * traffic.pressure), arrive)
  }

  arrive()
  agenda.runUntil(end)
  return measured
}

/** Does things at their time, and moves the clock there. */
function createAgenda(clock: ReturnType<typeof aClock>) {
  const entries: { at: number; act: () => void }[] = []
  return {
    in(ms: number, act: () => void) {
      const at = clock.now() + ms
      const next = entries.findLastIndex((entry) => entry.at <= at)
      entries.splice(next + 1, 0, { at, act })
    },
    runUntil(end: number) {
      for (let next = entries.shift(); next && next.at < end; next = entries.shift()) {
        clock.pass(next.at - clock.now())
        next.act()
      }
    },
  }
}

/** Numbers from 0 to 1, the same for the same seed (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
