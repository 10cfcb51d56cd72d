import { beforeEach, describe, expect, test } from 'bun:test'
import { type Outcome, ProxyError } from '../../src/errors.ts'
import { createHealth, type Health } from '../../src/routing/health.ts'
import type { Target } from '../../src/routing/target.ts'
import { aClock, aTarget, noMemory } from './target.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof aClock>
let health: Health
const opus = aTarget()

beforeEach(() => {
  clock = aClock()
  health = createHealth({ rateLimitMs: 10_000, now: clock.now, memory: noMemory, onChange() {} })
})

const failure = (outcome: Outcome, retryAfterMs?: number) =>
  new ProxyError('api_error', `it was ${outcome}`, { outcome, retryAfterMs })

/** A request that is sent now and fails. */
const fail = (target: Target, error: ProxyError) => {
  const flight = health.started(target)
  flight.failed(error)
  flight.ended(0)
}

/** How long it stays out, in ms; 0 when it is not. */
const restMs = (target = opus) => (health.blocked(target)?.until ?? clock.now()) - clock.now()

describe('after a 429 a target rests', () => {
  test('as long as it asked for, and is then asked again', () => {
    fail(opus, failure('rate_limited', 7000))
    expect(health.blocked(opus)).toMatchObject({
      kind: 'rate_limit',
      reason: 'it was rate_limited',
    })
    expect(restMs()).toBe(7000)
    clock.pass(7000)
    expect(health.blocked(opus)).toBeNull()
  })

  test('for the configured time where it named none, doubled while it repeats', () => {
    const rests = [1, 2, 3].map(() => {
      fail(opus, failure('rate_limited'))
      const rest = restMs()
      clock.pass(rest)
      return rest
    })
    expect(rests).toEqual([10_000, 20_000, 40_000])
  })

  test('five minutes at most, whatever it asked for', () => {
    fail(opus, failure('rate_limited', 20 * 24 * 60 * MINUTE))
    expect(restMs()).toBe(5 * MINUTE)
  })

  test('while its neighbour in another region does not', () => {
    fail(opus, failure('rate_limited'))
    expect(health.blocked(aTarget({ region: 'us-east-1' }))).toBeNull()
  })
})

describe('after a failure a target rests', () => {
  test.each(['overloaded', 'silent', 'unreachable'] as const)(
    'two seconds and more: %s',
    (outcome) => {
      const rests = [1, 2, 3].map(() => {
        fail(opus, failure(outcome))
        const rest = restMs()
        clock.pass(rest)
        return rest
      })
      expect(rests).toEqual([2000, 4000, 8000])
    },
  )

  test.each(['server_error', 'reset', 'bad_answer'] as const)(
    'from the second on: %s',
    (outcome) => {
      fail(opus, failure(outcome))
      expect(restMs()).toBe(0)
      fail(opus, failure(outcome))
      expect(restMs()).toBeGreaterThan(0)
    },
  )

  test('at once when an answer broke off', () => {
    health.started(opus).broke(failure('bad_answer'))
    expect(restMs()).toBe(2000)
  })

  test('and a success makes all of it forgotten', () => {
    fail(opus, failure('overloaded'))
    fail(opus, failure('overloaded'))
    health.started(opus).succeeded()
    expect(restMs()).toBe(0)
    fail(opus, failure('overloaded'))
    expect(restMs()).toBe(2000)
  })
})

describe('the requests of a burst', () => {
  test.each(['rate_limited', 'overloaded'] as const)(
    'fail together and count once: %s',
    (outcome) => {
      const burst = Array.from({ length: 8 }, () => health.started(opus))
      for (const flight of burst) flight.failed(failure(outcome))
      expect(restMs()).toBe(outcome === 'rate_limited' ? 10_000 : 2000)
    },
  )

  test('know nothing of what came after they were sent', () => {
    const early = health.started(opus)
    fail(opus, failure('rate_limited', 60_000))
    early.succeeded()
    expect(restMs()).toBe(60_000)
  })
})

test('a rate limit and a failure are remembered apart', () => {
  for (let i = 0; i < 4; i++) fail(opus, failure('overloaded'))
  fail(opus, failure('rate_limited', 2000))
  expect(health.blocked(opus)).toMatchObject({ kind: 'rate_limit' })
  clock.pass(2000)
  expect(health.blocked(opus)).toMatchObject({ kind: 'failure' })
})

test('what is remembered belongs to the account that asked', () => {
  const anna = aTarget({ account: 'anna' })
  fail(anna, failure('billing'))
  expect(health.blocked(anna)?.kind).toBe('misconfigured')
  expect(health.blocked(aTarget({ account: 'bert' }))).toBeNull()
})

test('a wrong key takes the whole provider out for five minutes', () => {
  fail(opus, failure('credential'))
  const elsewhere = aTarget({ region: 'us-east-1' })
  expect(health.blocked(elsewhere)?.kind).toBe('misconfigured')
  expect(restMs(elsewhere)).toBe(5 * MINUTE)
  expect(health.blocked(aTarget({ provider: 'groq', region: null }))).toBeNull()
})

test('a model that is not there takes only its target out', () => {
  fail(opus, failure('unavailable'))
  expect(health.blocked(opus)?.kind).toBe('unavailable')
  expect(health.blocked(aTarget({ model: 'sonnet' }))).toBeNull()
})

describe('limits', () => {
  const limited = (limits: Partial<ReturnType<typeof aTarget>['limits']>, changes = {}) =>
    aTarget({
      limits: { rpm: null, tpm: null, maxConcurrent: null, group: null, ...limits },
      ...changes,
    })

  test('rpm skips a target until the oldest request of the last minute is out of it', () => {
    const target = limited({ rpm: 2 })
    health.started(target).ended(0)
    clock.pass(10_000)
    health.started(target).ended(0)
    expect(health.blocked(target)?.kind).toBe('rate_limit')
    expect(restMs(target)).toBe(50_500)
    clock.pass(50_500)
    expect(health.blocked(target)).toBeNull()
  })

  test('tpm counts the tokens that were really used', () => {
    const target = limited({ tpm: 1000 })
    health.started(target).ended(600)
    expect(health.blocked(target)).toBeNull()
    clock.pass(5000)
    health.started(target).ended(600)
    expect(restMs(target)).toBe(55_500)
  })

  test('max_concurrent counts what is in flight', () => {
    const target = limited({ maxConcurrent: 1 })
    const flight = health.started(target)
    expect(health.load(target).inFlight).toBe(1)
    expect(health.blocked(target)).not.toBeNull()
    flight.ended(10)
    expect(health.load(target).inFlight).toBe(0)
    expect(health.blocked(target)).toBeNull()
  })

  test('a limit_group shares one quota', () => {
    const west = limited({ rpm: 1, group: 'account' })
    const east = limited({ rpm: 1, group: 'account' }, { region: 'us-east-1', id: 'east' })
    health.started(west).ended(0)
    expect(health.blocked(east)?.kind).toBe('rate_limit')
  })
})
