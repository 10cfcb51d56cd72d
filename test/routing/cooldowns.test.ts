import { beforeEach, describe, expect, test } from 'bun:test'
import type { ProxyError } from '../../src/errors.ts'
import { type Cooldowns, createCooldowns } from '../../src/routing/cooldowns.ts'
import { aFailure } from './failure.ts'
import { aClock, aTarget, noMemory } from './target.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof aClock>
let cooldowns: Cooldowns
const opus = aTarget()
const elsewhere = aTarget({ region: 'us-east-1' })

beforeEach(() => {
  clock = aClock()
  cooldowns = createCooldowns({ rateLimitMs: 10_000, now: clock.now, memory: noMemory })
})

/** A request that is sent now, and what becomes of it. */
function fail(error: ProxyError, target = opus) {
  const trial = cooldowns.started(target)
  trial.failed(error)
  trial.ended()
}

function succeed(target = opus) {
  const trial = cooldowns.started(target)
  trial.answered()
  trial.succeeded()
  trial.ended()
}

/** How long it stays out, in ms; 0 when it is not. */
const restMs = (target = opus) => (cooldowns.blocked(target)?.until ?? clock.now()) - clock.now()

/** The rests after `times` failures, each at the end of the rest before. */
function rests(times: number, error: ProxyError): number[] {
  return Array.from({ length: times }, () => {
    fail(error)
    const ms = restMs()
    clock.pass(ms)
    return ms
  })
}

describe('after a 429 a target rests', () => {
  test('as long as it asked for, and is then asked again', () => {
    fail(aFailure('rate_limited', { retryAfterMs: 7000 }))
    expect(cooldowns.blocked(opus)).toEqual({
      kind: 'rate_limit',
      reason: 'it was rate_limited',
      until: clock.now() + 7000,
    })
    clock.pass(6999)
    expect(restMs()).toBe(1)
    clock.pass(1)
    expect(cooldowns.blocked(opus)).toBeNull()
  })

  test('for the configured time where it named none, doubled while it repeats', () => {
    expect(rests(7, aFailure('rate_limited'))).toEqual([
      10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ])
  })

  test('never longer than five minutes, whatever it asked for', () => {
    fail(aFailure('rate_limited', { retryAfterMs: 20 * 24 * 60 * MINUTE }))
    expect(restMs()).toBe(5 * MINUTE)
  })

  test('while its neighbour in another region does not', () => {
    fail(aFailure('rate_limited'))
    expect(cooldowns.blocked(elsewhere)).toBeNull()
  })
})

describe('after a failure a target rests', () => {
  test.each(['overloaded', 'silent', 'unreachable'] as const)(
    'two seconds, doubled while it repeats, five minutes at most: %s',
    (outcome) => {
      expect(rests(9, aFailure(outcome))).toEqual([
        2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
      ])
    },
  )

  test.each(['server_error', 'reset', 'bad_answer'] as const)(
    'from the second in a row on: %s',
    (outcome) => {
      expect(rests(3, aFailure(outcome))).toEqual([0, 2000, 4000])
    },
  )

  test('as long as it asked for, where that is longer', () => {
    fail(aFailure('overloaded', { retryAfterMs: 30_000 }))
    expect(restMs()).toBe(30_000)
  })

  test('at once when an answer broke off', () => {
    cooldowns.started(opus).broke(aFailure('bad_answer'))
    expect(restMs()).toBe(2000)
  })

  test('as after a 429 when an answer broke off for the rate', () => {
    cooldowns.started(opus).broke(aFailure('rate_limited'))
    expect(cooldowns.blocked(opus)?.kind).toBe('rate_limit')
    expect(restMs()).toBe(10_000)
  })

  test.each(['rejected', 'too_long', 'unsupported', 'aborted'] as const)(
    'but not when the request was at fault: %s',
    (outcome) => {
      fail(aFailure(outcome))
      expect(cooldowns.blocked(opus)).toBeNull()
    },
  )
})

describe('growth', () => {
  test('ends with a success', () => {
    rests(3, aFailure('overloaded'))
    succeed()
    expect(rests(1, aFailure('overloaded'))).toEqual([2000])
  })

  test('goes on where answers begin but never end', () => {
    const breakOff = () => {
      const trial = cooldowns.started(opus)
      trial.answered()
      trial.broke(aFailure('bad_answer'))
      trial.ended()
      const ms = restMs()
      clock.pass(ms)
      return ms
    }
    expect([breakOff(), breakOff(), breakOff()]).toEqual([2000, 4000, 8000])
  })

  test('ends five quiet minutes after the rest', () => {
    rests(3, aFailure('overloaded'))
    clock.pass(5 * MINUTE)
    expect(rests(1, aFailure('overloaded'))).toEqual([16_000])
    clock.pass(5 * MINUTE + 1)
    expect(rests(1, aFailure('overloaded'))).toEqual([2000])
  })

  test('of a 429 and of a failure are apart, and neither hides the other', () => {
    rests(3, aFailure('overloaded'))
    fail(aFailure('overloaded'))
    fail(aFailure('rate_limited'))
    expect(cooldowns.blocked(opus)?.kind).toBe('rate_limit')
    expect(restMs()).toBe(10_000)
    clock.pass(10_000)
    expect(cooldowns.blocked(opus)?.kind).toBe('failure')
    expect(restMs()).toBe(6000)
  })

  test('never shortens a rest', () => {
    fail(aFailure('rate_limited', { retryAfterMs: MINUTE }))
    fail(aFailure('rate_limited', { retryAfterMs: 1000 }))
    expect(restMs()).toBe(MINUTE)
  })
})

describe('once the rest is over', () => {
  const rested = (error: ProxyError) => {
    fail(error)
    clock.pass(restMs())
  }

  test('one request tries, and the others stay away until it is known', () => {
    rested(aFailure('overloaded'))
    expect(cooldowns.started(opus).isProbe).toBe(true)
    expect(cooldowns.blocked(opus)).toMatchObject({ kind: 'failure', isBeingTried: true })
    clock.pass(10 * MINUTE)
    expect(cooldowns.blocked(opus)).toMatchObject({ isBeingTried: true })
  })

  test('whoever waits for a probe is told to look again soon', () => {
    rested(aFailure('overloaded'))
    cooldowns.started(opus)
    expect(restMs()).toBe(1000)
  })

  test('after a 429 the limits say how many may try', () => {
    rested(aFailure('rate_limited'))
    expect(cooldowns.started(opus).isProbe).toBe(false)
    expect(cooldowns.blocked(opus)).toBeNull()
  })

  test('a probe that came to nothing gives its place to the next one', () => {
    rested(aFailure('overloaded'))
    cooldowns.started(opus).ended()
    expect(cooldowns.blocked(opus)).toBeNull()
    expect(cooldowns.started(opus).isProbe).toBe(true)
  })

  test('who is sent in need beside a probe does not take its place', () => {
    rested(aFailure('overloaded'))
    const probe = cooldowns.started(opus)
    expect(cooldowns.started(opus).isProbe).toBe(false)
    expect(cooldowns.blocked(opus)).toMatchObject({ isBeingTried: true })
    probe.ended()
    expect(cooldowns.blocked(opus)).toBeNull()
  })

  test('an older request that fails beside a probe does not let a second one in', () => {
    const older = cooldowns.started(opus)
    rested(aFailure('overloaded'))
    cooldowns.started(opus)
    older.failed(aFailure('overloaded'))
    clock.pass(10)
    expect(cooldowns.blocked(opus)).toMatchObject({ isBeingTried: true })
  })

  test('a probe that fails makes the rest longer, and the next one tries after it', () => {
    rested(aFailure('overloaded'))
    fail(aFailure('overloaded'))
    expect(restMs()).toBe(4000)
    expect(cooldowns.blocked(opus)).not.toHaveProperty('isBeingTried')
    clock.pass(4000)
    expect(cooldowns.started(opus).isProbe).toBe(true)
  })

  test('content lets the others in, though the growth is remembered until the end', () => {
    rested(aFailure('overloaded'))
    const probe = cooldowns.started(opus)
    probe.answered()
    expect(cooldowns.blocked(opus)).toBeNull()
    const next = cooldowns.started(opus)
    expect(next.isProbe).toBe(false)
    next.failed(aFailure('overloaded'))
    expect(restMs()).toBe(4000)
  })

  test('one probe answers for all that was wrong', () => {
    fail(aFailure('overloaded'))
    fail(aFailure('rate_limited'))
    clock.pass(10_000)
    succeed()
    expect(rests(1, aFailure('overloaded'))).toEqual([2000])
    expect(rests(1, aFailure('rate_limited'))).toEqual([10_000])
  })

  test('a target that never rested is not probed', () => {
    fail(aFailure('server_error'))
    expect(cooldowns.started(opus).isProbe).toBe(false)
    expect(cooldowns.started(opus).isProbe).toBe(false)
  })
})

describe('the requests of a burst', () => {
  test.each([
    ['rate_limited', 10_000],
    ['overloaded', 2000],
  ] as const)('fail together and count once: %s', (outcome, ms) => {
    const burst = Array.from({ length: 8 }, () => cooldowns.started(opus))
    for (const trial of burst) trial.failed(aFailure(outcome))
    expect(restMs()).toBe(ms)
    clock.pass(ms)
    expect(rests(1, aFailure(outcome))).toEqual([2 * ms])
  })

  test('know nothing of what came after they were sent', () => {
    const early = cooldowns.started(opus)
    fail(aFailure('rate_limited', { retryAfterMs: MINUTE }))
    early.answered()
    expect(restMs()).toBe(MINUTE)
    early.succeeded()
    expect(restMs()).toBe(MINUTE)
  })

  test('sent within one millisecond have an order all the same', () => {
    fail(aFailure('overloaded'))
    const later = cooldowns.started(opus)
    later.answered()
    later.succeeded()
    expect(restMs()).toBe(0)
  })
})

describe('what a person has to mend', () => {
  test.each(['credential', 'billing'] as const)(
    'takes the whole provider out for five minutes: %s',
    (outcome) => {
      fail(aFailure(outcome))
      expect(cooldowns.blocked(elsewhere)).toMatchObject({ kind: 'misconfigured' })
      expect(restMs(elsewhere)).toBe(5 * MINUTE)
      expect(cooldowns.blocked(aTarget({ provider: 'groq', region: null }))).toBeNull()
    },
  )

  test('takes only the target out where it is the model that is not there', () => {
    fail(aFailure('unavailable'))
    expect(cooldowns.blocked(opus)).toMatchObject({ kind: 'unavailable' })
    expect(restMs()).toBe(5 * MINUTE)
    expect(cooldowns.blocked(elsewhere)).toBeNull()
    expect(cooldowns.blocked(aTarget({ model: 'sonnet' }))).toBeNull()
  })

  test('is tried by one request of the provider after five minutes', () => {
    fail(aFailure('credential'))
    clock.pass(5 * MINUTE)
    const probe = cooldowns.started(opus)
    expect(cooldowns.blocked(elsewhere)).toMatchObject({ isBeingTried: true })
    probe.answered()
    expect(cooldowns.blocked(elsewhere)).toBeNull()
  })

  test('is over as soon as any request to the provider is answered', () => {
    fail(aFailure('billing'))
    succeed(elsewhere)
    expect(cooldowns.blocked(opus)).toBeNull()
  })

  test('belongs to the account that asked', () => {
    fail(aFailure('billing'), aTarget({ account: 'anna' }))
    expect(cooldowns.blocked(aTarget({ account: 'anna' }))?.kind).toBe('misconfigured')
    expect(cooldowns.blocked(aTarget({ account: 'bert' }))).toBeNull()
  })
})

describe('clearing a target', () => {
  test('forgets its rests, its growth, and the mark on its provider', () => {
    for (const outcome of ['overloaded', 'rate_limited', 'credential'] as const) {
      fail(aFailure(outcome))
    }
    cooldowns.clear(opus)
    expect(cooldowns.blocked(opus)).toBeNull()
    expect(rests(1, aFailure('overloaded'))).toEqual([2000])
    expect(rests(1, aFailure('rate_limited'))).toEqual([10_000])
  })

  test('leaves its neighbours alone', () => {
    const opus4 = aTarget({ model: 'opus-4' })
    fail(aFailure('overloaded'), elsewhere)
    fail(aFailure('overloaded'), opus4)
    cooldowns.clear(opus)
    expect(restMs(elsewhere)).toBe(2000)
    expect(restMs(opus4)).toBe(2000)
  })

  test('means all accounts where it names none', () => {
    const anna = aTarget({ account: 'anna' })
    fail(aFailure('overloaded'), anna)
    fail(aFailure('credential'), anna)
    cooldowns.clear(opus)
    expect(cooldowns.blocked(anna)).toBeNull()
  })

  test('means all models where it names none', () => {
    const direct = { provider: 'direct', region: null }
    fail(aFailure('unavailable'), aTarget({ ...direct, model: 'opus' }))
    fail(aFailure('rate_limited'), aTarget({ ...direct, model: 'haiku', account: 'anna' }))
    cooldowns.clear(aTarget({ ...direct, model: '' }))
    expect(cooldowns.blocked(aTarget({ ...direct, model: 'opus' }))).toBeNull()
    expect(cooldowns.blocked(aTarget({ ...direct, model: 'haiku', account: 'anna' }))).toBeNull()
  })

  test('means all models of its region where it names no model', () => {
    fail(aFailure('overloaded'))
    fail(aFailure('overloaded'), elsewhere)
    cooldowns.clear(aTarget({ model: '' }))
    expect(cooldowns.blocked(opus)).toBeNull()
    expect(cooldowns.blocked(elsewhere)).not.toBeNull()
  })

  test('of all models does not reach a provider whose name begins alike', () => {
    const other = aTarget({ provider: 'direct-2', region: null })
    fail(aFailure('credential'), other)
    cooldowns.clear(aTarget({ provider: 'direct', region: null, model: '' }))
    expect(cooldowns.blocked(other)?.kind).toBe('misconfigured')
  })

  test('takes nothing from a request that is on its way', () => {
    fail(aFailure('overloaded'))
    clock.pass(2000)
    const probe = cooldowns.started(opus)
    cooldowns.clear(opus)
    probe.failed(aFailure('overloaded'))
    probe.ended()
    expect(restMs()).toBe(2000)
  })
})

test('of the troubles of very many models the oldest are forgotten', () => {
  const dropped: string[] = []
  const memory = { ...noMemory, drop: (key: string) => dropped.push(key) }
  cooldowns = createCooldowns({ rateLimitMs: 10_000, now: clock.now, memory })
  for (let i = 0; i < 2000; i++) fail(aFailure('overloaded'), aTarget({ model: `model-${i}` }))
  expect(dropped).toHaveLength(500)
  expect(dropped[0]).toContain('model-0@')
})
