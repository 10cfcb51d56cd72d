import { beforeEach, describe, expect, test } from 'bun:test'
import { createEstimate, type Estimate } from '../../src/routing/estimate.ts'
import type { Entry } from '../../src/routing/window.ts'
import { aClock } from './target.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A little longer than that of a service. */
const OUR_MINUTE = 60_500

let clock: ReturnType<typeof aClock>
let estimate: Estimate
let entries: Entry[]

beforeEach(() => {
  clock = aClock()
  estimate = createEstimate(({ tokens }) => tokens, clock.now)
  entries = []
})

/** What was let in during the last `ms`. */
const lately = (ms: number) => entries.filter(({ at }) => at > clock.now() - ms)

/** So many are let in now, one after the other. */
function pass(times: number, tokens = 1) {
  for (let i = 0; i < times; i++) {
    entries.push({ at: clock.now(), tokens })
    estimate.passed(lately(MINUTE))
  }
}

function refuse(times: number, retryAfterMs?: number) {
  for (let i = 0; i < times; i++) estimate.refused(lately(MINUTE), retryAfterMs)
}

/** How long this much more has to stay away, in ms; 0 where it need not. */
const waitMs = (amount = 1) =>
  (estimate.freeAt(lately(OUR_MINUTE), amount) ?? clock.now()) - clock.now()

/** Ten pass in a minute, and it refuses so often. */
function learnTen(refusals: number) {
  pass(10)
  refuse(refusals)
}

/** How many requests pass in quiet minutes until it lets one go beyond the ten. */
function patience(): number {
  for (let passes = 0; passes < 1000; passes += 10) {
    clock.pass(OUR_MINUTE)
    pass(10)
    if (waitMs() === 0) return passes + 10
  }
  return Number.POSITIVE_INFINITY
}

test('an estimate that knows nothing allows everything', () => {
  pass(100)
  expect(estimate.perMinute).toBeNull()
  expect(estimate.confidence).toBe(0)
  expect(waitMs(1_000_000)).toBe(0)
})

describe('it learns from refusals', () => {
  test('and keeps to the first one for its own minute', () => {
    learnTen(1)
    expect(estimate.perMinute).toBeCloseTo(10, 0)
    expect(estimate.confidence).toBe(0.5)
    expect(waitMs()).toBe(OUR_MINUTE)
    clock.pass(OUR_MINUTE)
    expect(waitMs()).toBe(0)
    clock.pass(5000)
    pass(10)
    expect(waitMs()).toBe(0)
  })

  test('and believes the second that agrees', () => {
    learnTen(2)
    expect(estimate.confidence).toBe(0.75)
    clock.pass(66_000)
    pass(10)
    expect(waitMs()).toBe(OUR_MINUTE)
  })

  test('of any amount: what fits into the rest passes, what is larger does not', () => {
    pass(2, 500)
    refuse(2)
    clock.pass(OUR_MINUTE)
    pass(1, 600)
    expect(waitMs(400)).toBe(0)
    expect(waitMs(401)).toBe(OUR_MINUTE)
  })

  test('but lets the first of a minute pass, however large it is', () => {
    learnTen(2)
    clock.pass(OUR_MINUTE)
    expect(waitMs(5000)).toBe(0)
  })

  test('and goes down where it is refused earlier, though less sure of it', () => {
    learnTen(5)
    const before = estimate.confidence
    clock.pass(OUR_MINUTE)
    pass(4)
    refuse(1)
    expect(estimate.perMinute).toBeCloseTo(4, 0)
    expect(estimate.confidence).toBeLessThan(before)
    expect(waitMs()).toBe(OUR_MINUTE)
  })

  test('but nothing from a refusal with nothing sent, which is somebody else’s doing', () => {
    refuse(3)
    expect(estimate.perMinute).toBeNull()
    learnTen(2)
    clock.pass(2 * MINUTE)
    refuse(3)
    expect(estimate.perMinute).toBeCloseTo(10, 0)
    expect(estimate.confidence).toBe(0.75)
  })
})

describe('a refusal that names its time', () => {
  test('counts over a minute where that is when the oldest has left it', () => {
    pass(5)
    clock.pass(20_000)
    pass(5)
    refuse(2, 40_000)
    expect(estimate.perMinute).toBeCloseTo(10, 0)
    // One request at the time that was named; the others a little later than their clock says.
    expect(waitMs()).toBe(40_000)
    clock.pass(40_000)
    pass(1)
    expect(waitMs()).toBe(500)
  })

  test('counts over what lies between two of them where it comes back sooner', () => {
    pass(1)
    clock.pass(500)
    refuse(1, 1500)
    for (let i = 0; i < 5; i++) {
      clock.pass(2000)
      pass(1)
      clock.pass(500)
      refuse(1, 1500)
    }
    expect(estimate.perMinute).toBeCloseTo(30, 0)
    expect(waitMs()).toBe(1500)
  })

  test('is forgotten after a quiet minute, in which a bucket fills up', () => {
    pass(3)
    refuse(2, 1500)
    clock.pass(MINUTE + 1)
    expect(waitMs()).toBe(0)
    pass(10)
    expect(waitMs()).toBe(0)
  })
})

describe('it looks up', () => {
  test('rarely, and ever more rarely while it is refused', () => {
    learnTen(2)
    const seen = Array.from({ length: 4 }, () => {
      const passes = patience()
      refuse(1)
      return passes
    })
    expect(seen).toEqual([30, 60, 120, 240])
  })

  test('by one request at a time', () => {
    learnTen(2)
    patience()
    const withOneMore = [...lately(OUR_MINUTE), { at: clock.now(), tokens: 1 }]
    expect(estimate.freeAt(withOneMore, 1)).not.toBeNull()
  })

  test('and goes up by what passes', () => {
    learnTen(2)
    patience()
    pass(1)
    expect(estimate.perMinute).toBeCloseTo(11, 0)
    clock.pass(OUR_MINUTE)
    pass(10)
    expect(waitMs()).toBe(0)
  })

  test('and trusts its figure less for each step', () => {
    learnTen(4)
    patience()
    const before = estimate.confidence
    pass(1)
    expect(estimate.confidence).toBeLessThan(before)
    expect(estimate.confidence).toBeGreaterThan(0)
  })
})

test('what nothing has confirmed for an hour is forgotten', () => {
  learnTen(4)
  clock.pass(HOUR)
  pass(10)
  expect(waitMs()).toBe(OUR_MINUTE)
  clock.pass(1)
  expect(estimate.perMinute).toBeNull()
  expect(estimate.confidence).toBe(0)
  expect(waitMs()).toBe(0)
})

test('a refusal that agrees keeps it for another hour', () => {
  learnTen(2)
  clock.pass(HOUR)
  pass(10)
  refuse(1)
  clock.pass(HOUR)
  expect(estimate.perMinute).toBeCloseTo(10, 0)
})
