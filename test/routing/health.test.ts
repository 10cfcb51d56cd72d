import { beforeEach, describe, expect, test } from 'bun:test'
import type { ProxyError } from '../../src/errors.ts'
import { createHealth, type Health } from '../../src/routing/health.ts'
import type { Target } from '../../src/routing/target.ts'
import { aFailure } from './failure.ts'
import { aClock, aTarget, noMemory } from './target.ts'

let clock: ReturnType<typeof aClock>
let health: Health
let changes: number
const opus = aTarget()

beforeEach(() => {
  clock = aClock()
  changes = 0
  const onChange = () => changes++
  health = createHealth({ rateLimitMs: 10_000, now: clock.now, memory: noMemory, onChange })
})

/** A request that is sent now, and what becomes of it. */
function fail(error: ProxyError, target: Target = opus) {
  const flight = health.started(target)
  flight.failed(error)
  flight.ended(0)
}

function succeed(target: Target = opus, ms = 100) {
  const flight = health.started(target)
  flight.answered(ms)
  flight.succeeded()
  flight.ended(100)
}

describe('a target is out', () => {
  test('after a refusal for its rate', () => {
    fail(aFailure('rate_limited', { retryAfterMs: 7000 }))
    expect(health.blocked(opus)).toMatchObject({ kind: 'rate_limit', until: clock.now() + 7000 })
  })

  test('after a failure', () => {
    fail(aFailure('overloaded'))
    expect(health.blocked(opus)).toMatchObject({ kind: 'failure', until: clock.now() + 2000 })
  })

  test('when its minute is full', () => {
    const scarce = aTarget({ limits: { ...opus.limits, rpm: 1 } })
    succeed(scarce)
    expect(health.blocked(scarce)?.kind).toBe('rate_limit')
  })

  // In need a target that failed is asked all the same, but never one that is full.
  test('for its limit rather than for a failure, where it is both', () => {
    const scarce = aTarget({ limits: { ...opus.limits, rpm: 1 } })
    fail(aFailure('overloaded'), scarce)
    expect(health.blocked(scarce)?.kind).toBe('rate_limit')
  })
})

describe('after a 429', () => {
  test('one request tries when the rest is over, and the others wait for it', () => {
    fail(aFailure('rate_limited'))
    clock.pass(10_000)
    const first = health.started(opus)
    expect(health.blocked(opus)).toMatchObject({ kind: 'rate_limit', isBeingTried: true })
    first.answered(100)
    expect(health.blocked(opus)).toBeNull()
  })

  test('they wait for two seconds at most', () => {
    fail(aFailure('rate_limited'))
    clock.pass(10_000)
    health.started(opus)
    clock.pass(2000)
    expect(health.blocked(opus)).toBeNull()
  })

  test('a failure of another kind is no refusal to be learned from', () => {
    succeed()
    for (let i = 0; i < 3; i++) fail(aFailure('rejected'))
    expect(health.load(opus).rpm.perMinute).toBeNull()
    fail(aFailure('rate_limited'))
    expect(health.load(opus).rpm.perMinute).toBeCloseTo(1, 0)
  })
})

describe('whoever waits hears of it', () => {
  test('when content came, and when a request is over', () => {
    const flight = health.started(opus)
    expect(changes).toBe(0)
    flight.answered(100)
    expect(changes).toBe(1)
    flight.ended(100)
    expect(changes).toBe(2)
  })

  test('when a person clears the target', () => {
    fail(aFailure('credential'))
    const before = changes
    health.clear(opus)
    expect(health.blocked(opus)).toBeNull()
    expect(changes).toBe(before + 1)
  })
})

describe('the pace of a target', () => {
  test('is not known before its first answer', () => {
    fail(aFailure('overloaded'))
    expect(health.pace(opus)).toBeNull()
  })

  test('is mostly what it was, and a fifth what it is', () => {
    succeed(opus, 1000)
    expect(health.pace(opus)).toBe(1000)
    succeed(opus, 2000)
    expect(health.pace(opus)).toBe(1200)
  })

  test('is that of the account that asks', () => {
    succeed(aTarget({ account: 'anna' }), 500)
    expect(health.pace(aTarget({ account: 'bert' }))).toBeNull()
  })
})
