import { beforeEach, describe, expect, test } from 'bun:test'
import { createLimits, type Limits } from '../../src/routing/limits.ts'
import type { Target, TargetLimits } from '../../src/routing/target.ts'
import { aClock, aTarget } from './target.ts'

let clock: ReturnType<typeof aClock>
let limits: Limits

beforeEach(() => {
  clock = aClock()
  limits = createLimits(clock.now)
})

/** A minute of ours is a little longer than one of theirs. */
const WINDOW = 60_500

const limitedTo = (some: Partial<TargetLimits>, changes: Partial<Target> = {}) =>
  aTarget({
    limits: { rpm: null, tpm: null, maxConcurrent: null, group: null, ...some },
    ...changes,
  })

/** So many requests are let in, each taking so many tokens. */
function pass(target: Target, times: number, tokens = 100) {
  for (let i = 0; i < times; i++) {
    const passage = limits.started(target, tokens)
    passage.passed()
    passage.ended(tokens)
  }
}

function refuse(target: Target, times: number, details = {}, tokens = 100) {
  for (let i = 0; i < times; i++) {
    const passage = limits.started(target, tokens)
    passage.refused(details)
    passage.ended(0)
  }
}

/** How long a request of so many tokens has to stay away, in ms; 0 where it need not. */
const waitMs = (target: Target, tokens = 100) =>
  (limits.blocked(target, tokens)?.until ?? clock.now()) - clock.now()

test('a target without limits takes everything', () => {
  pass(aTarget(), 1000)
  expect(limits.blocked(aTarget(), 1_000_000)).toBeNull()
})

describe('rpm', () => {
  const two = limitedTo({ rpm: 2 })

  test('keeps out until the oldest request has left the minute', () => {
    pass(two, 1)
    clock.pass(10_000)
    pass(two, 1)
    expect(limits.blocked(two, 100)).toEqual({
      kind: 'rate_limit',
      reason: 'had its 2 requests of this minute',
      until: clock.now() + WINDOW - 10_000,
    })
    clock.pass(WINDOW - 10_000)
    expect(waitMs(two)).toBe(0)
    pass(two, 1)
    expect(waitMs(two)).toBe(10_000)
  })

  test('counts a request from when it is sent', () => {
    limits.started(two, 100)
    limits.started(two, 100)
    expect(waitMs(two)).toBe(WINDOW)
  })

  test('does not count what was refused', () => {
    refuse(two, 5)
    expect(waitMs(two)).toBe(0)
    expect(limits.load(two).requestsLastMinute).toBe(0)
  })

  test('counts what failed otherwise, since it may have been let in', () => {
    limits.started(two, 100).ended(0)
    limits.started(two, 100).ended(null)
    expect(waitMs(two)).toBe(WINDOW)
  })

  test('is of one account where each client has its own', () => {
    pass({ ...two, account: 'anna' }, 2)
    expect(waitMs({ ...two, account: 'anna' })).toBe(WINDOW)
    expect(waitMs({ ...two, account: 'bert' })).toBe(0)
  })
})

describe('tpm', () => {
  const thousand = limitedTo({ tpm: 1000 })

  test('counts what a request is estimated to take, until it is known', () => {
    const passage = limits.started(thousand, 900)
    expect(limits.blocked(thousand, 200)?.reason).toBe('had its 1000 tokens of this minute')
    expect(waitMs(thousand, 100)).toBe(0)
    passage.ended(300)
    expect(limits.load(thousand).tokensLastMinute).toBe(300)
    expect(waitMs(thousand, 700)).toBe(0)
    expect(waitMs(thousand, 701)).toBe(WINDOW)
  })

  test('keeps the estimate where nobody says what it was', () => {
    limits.started(thousand, 900).ended(null)
    expect(limits.load(thousand).tokensLastMinute).toBe(900)
  })

  test('keeps out until enough of the minute has passed', () => {
    for (const tokens of [300, 300, 300]) {
      pass(thousand, 1, tokens)
      clock.pass(1000)
    }
    expect(waitMs(thousand, 400)).toBe(WINDOW - 3000)
    expect(waitMs(thousand, 500)).toBe(WINDOW - 2000 - 1000 + 1000)
    expect(waitMs(thousand, 1000)).toBe(WINDOW - 1000)
  })

  test('gives a request that is larger than all of it the minute to itself', () => {
    pass(thousand, 1, 10)
    expect(waitMs(thousand, 5000)).toBe(WINDOW)
    clock.pass(WINDOW)
    expect(waitMs(thousand, 5000)).toBe(0)
    pass(thousand, 1, 5000)
    expect(waitMs(thousand, 1)).toBe(WINDOW)
  })
})

describe('max_concurrent', () => {
  const one = limitedTo({ maxConcurrent: 1 })

  test('keeps out what would be one too many, to ask again soon', () => {
    const passage = limits.started(one, 100)
    expect(limits.blocked(one, 100)?.reason).toBe('1 of 1 in flight (max_concurrent)')
    expect(waitMs(one)).toBe(1000)
    passage.ended(100)
    expect(waitMs(one)).toBe(0)
  })

  test('takes an end for one, however often it is told', () => {
    const passage = limits.started(one, 100)
    limits.started(one, 100)
    passage.ended(0)
    passage.ended(0)
    expect(limits.load(one).inFlight).toBe(1)
  })
})

describe('a limit_group', () => {
  const west = limitedTo({ rpm: 2, group: 'account' })
  const east = limitedTo({ rpm: 2, group: 'account' }, { region: 'us-east-1', id: 'east' })

  test('shares one quota', () => {
    pass(west, 1)
    pass(east, 1)
    expect(waitMs(west)).toBe(WINDOW)
    expect(waitMs(east)).toBe(WINDOW)
  })

  test('leaves others alone', () => {
    pass(west, 2)
    expect(waitMs(limitedTo({ rpm: 2, group: 'other' }))).toBe(0)
    expect(waitMs(limitedTo({ rpm: 2 }))).toBe(0)
  })

  test('learns together', () => {
    const [a, b] = [west, east].map((target) => ({
      ...target,
      limits: { ...target.limits, rpm: null },
    }))
    if (!a || !b) throw new Error('two targets')
    pass(a, 3)
    refuse(a, 2)
    expect(waitMs(b)).toBe(WINDOW)
  })
})

describe('limits that a target turns out to have', () => {
  const opus = aTarget()

  test('are kept for a minute after one refusal, and for good after the second', () => {
    pass(opus, 3)
    refuse(opus, 1)
    expect(limits.blocked(opus, 100)).toEqual({
      kind: 'rate_limit',
      reason: 'takes about 3 requests a minute (learned)',
      until: clock.now() + WINDOW,
    })
    expect(limits.load(opus).rpm.confidence).toBe(0.5)
    refuse(opus, 1)
    expect(limits.load(opus).rpm.perMinute).toBeCloseTo(3, 0)
    expect(limits.load(opus).rpm.confidence).toBe(0.75)
  })

  test('are limits for tokens where the refusal says so', () => {
    pass(opus, 3, 1000)
    refuse(opus, 2, { limited: 'tokens' }, 2000)
    expect(limits.load(opus).rpm.perMinute).toBeNull()
    expect(limits.load(opus).tpm.perMinute).toBeCloseTo(3000, -2)
    expect(limits.blocked(opus, 100)?.reason).toBe('takes about 3000 tokens a minute (learned)')
  })

  test('are not learned from a refusal for concurrency', () => {
    pass(opus, 3)
    refuse(opus, 5, { limited: 'concurrency' })
    expect(limits.load(opus).rpm.perMinute).toBeNull()
  })

  test('are not learned from a refusal that asks for more than a minute', () => {
    pass(opus, 3)
    refuse(opus, 5, { retryAfterMs: 3_600_000 })
    expect(limits.load(opus).rpm.perMinute).toBeNull()
  })

  test('stand behind those of the config', () => {
    const ten = limitedTo({ rpm: 10 })
    pass(ten, 3)
    refuse(ten, 5)
    expect(waitMs(ten)).toBe(0)
  })

  test('are learned once from all refusals of a burst', () => {
    const burst = Array.from({ length: 40 }, () => limits.started(opus, 100))
    for (const passage of burst.slice(0, 20)) passage.passed()
    for (const passage of burst.slice(20)) passage.refused({})
    expect(limits.load(opus).rpm.perMinute).toBeCloseTo(20, 0)
    expect(limits.load(opus).rpm.confidence).toBe(0.5)
  })

  test('do not count what failed, since nobody knows whether it was let in', () => {
    pass(opus, 3)
    for (let i = 0; i < 5; i++) limits.started(opus, 100).ended(0)
    refuse(opus, 1)
    expect(limits.load(opus).rpm.perMinute).toBeCloseTo(3, 0)
  })

  test('are tried by one request only when it is time to look up', () => {
    pass(opus, 10)
    refuse(opus, 2)
    for (let minute = 0; minute < 3; minute++) {
      clock.pass(WINDOW)
      pass(opus, 10)
    }
    expect(waitMs(opus)).toBe(0)
    limits.started(opus, 100)
    expect(waitMs(opus)).toBe(WINDOW)
  })
})

describe('after a refusal', () => {
  const opus = aTarget()
  const WELL_LATER = 3 * 60_000
  const isHeldBack = () => limits.blocked(opus, 100)?.isBeingTried === true

  /** Requests go out until the next one is held back. */
  function sendAll() {
    const sent: ReturnType<Limits['started']>[] = []
    while (!isHeldBack() && sent.length < 100) sent.push(limits.started(opus, 100))
    return sent
  }

  test('one request goes first, and each that is let in doubles how many may be out', () => {
    refuse(opus, 1)
    const sent = Array.from({ length: 8 }, () => {
      const passages = sendAll()
      for (const passage of passages) passage.passed()
      return passages.length
    })
    expect(sent).toEqual([1, 2, 8, 100, 100, 100, 100, 100])
  })

  test('those held back are told to look again soon', () => {
    refuse(opus, 1)
    sendAll()
    expect(waitMs(opus)).toBe(1000)
  })

  test('whoever is not refused within two seconds has been let in', () => {
    refuse(opus, 1)
    sendAll()
    clock.pass(1999)
    expect(isHeldBack()).toBe(true)
    clock.pass(1)
    expect(isHeldBack()).toBe(false)
  })

  test('whoever is over without a word makes place for the next', () => {
    refuse(opus, 1)
    sendAll()[0]?.ended(null)
    expect(isHeldBack()).toBe(false)
  })

  test('the next refusal makes everyone careful again', () => {
    refuse(opus, 1)
    for (const passage of sendAll()) passage.passed()
    for (const passage of sendAll()) passage.refused({})
    expect(sendAll()).toHaveLength(1)
  })

  test('an answer to what was sent before it is no news', () => {
    const burst = Array.from({ length: 9 }, () => limits.started(opus, 100))
    refuse(opus, 1)
    for (const passage of burst) passage.passed()
    clock.pass(WELL_LATER)
    expect(sendAll()).toHaveLength(1)
  })

  test('a target with limits of its own is held back as well', () => {
    const ample = limitedTo({ rpm: 1000 })
    refuse(ample, 1)
    limits.started(ample, 100)
    expect(limits.blocked(ample, 100)?.isBeingTried).toBe(true)
  })
})

describe('what the headers say', () => {
  const opus = aTarget()
  const heard = (kind: 'requests' | 'tokens', limit: number, remaining: number) => {
    const passage = limits.started(opus, 100)
    passage.heard([{ kind, limit, remaining, resetMs: (1 - remaining / limit) * 60_000 }])
    passage.passed()
    return passage
  }

  test('keeps out where no request remains', () => {
    heard('requests', 60, 0)
    expect(limits.blocked(opus, 100)?.reason).toBe('it says that it takes no more requests now')
    expect(waitMs(opus)).toBe(1000)
  })

  test('keeps out what is larger than the tokens that remain, and nothing else', () => {
    heard('tokens', 60_000, 1000)
    expect(limits.blocked(opus, 3000)?.reason).toBe(
      'it says that it has no room for so many tokens now',
    )
    expect(waitMs(opus, 3000)).toBeCloseTo(2000, 6)
    expect(waitMs(opus, 1000)).toBe(0)
  })

  test('is worn down by what goes out until it speaks again', () => {
    const first = heard('requests', 60, 2)
    limits.started(opus, 100)
    limits.started(opus, 100)
    expect(waitMs(opus)).toBe(1000)
    first.heard([{ kind: 'requests', limit: 60, remaining: 30, resetMs: 30_000 }])
    expect(waitMs(opus)).toBe(0)
  })

  test('holds for requests and for tokens at once', () => {
    limits.started(opus, 100).heard([
      { kind: 'requests', limit: 60, remaining: 5, resetMs: 55_000 },
      { kind: 'tokens', limit: 60_000, remaining: 0, resetMs: 60_000 },
    ])
    expect(waitMs(opus, 5000)).toBe(5000)
  })

  // Anthropic: `anthropic-ratelimit-input-tokens-*` and `-output-tokens-*` beside each other;
  // Cerebras: requests of a minute and of a day.
  test('holds for every budget of one kind, in whatever order they stand', () => {
    const empty = { kind: 'requests', limit: 60, remaining: 0, resetMs: 60_000 } as const
    const full = { kind: 'requests', limit: 14_400, remaining: 14_000, resetMs: 2_400_000 } as const
    limits.started(opus, 100).heard([empty, full])
    expect(waitMs(opus)).toBe(1000)
  })
})

test('clearing a target forgets what was counted and learned, but not what is in flight', () => {
  const opus = aTarget()
  pass(opus, 3)
  refuse(opus, 2)
  const passage = limits.started(opus, 100)
  limits.clear(opus)
  expect(waitMs(opus)).toBe(0)
  expect(limits.load(opus).rpm.perMinute).toBeNull()
  expect(limits.load(opus).inFlight).toBe(1)
  passage.passed()
  passage.ended(100)
  expect(limits.load(opus).inFlight).toBe(0)
})

test('clearing a target without a model or an account means all of them', () => {
  const direct = { provider: 'direct', region: null }
  const anna = aTarget({ ...direct, account: 'anna' })
  pass(anna, 3)
  refuse(anna, 2)
  limits.clear(aTarget({ ...direct, model: '' }))
  expect(limits.load(anna).rpm.perMinute).toBeNull()
})

describe('the room in a minute', () => {
  test('is endless where no limit is known', () => {
    expect(limits.room(aTarget())).toBe(Number.POSITIVE_INFINITY)
  })

  test('is what the config leaves', () => {
    const ten = limitedTo({ rpm: 10 })
    pass(ten, 4)
    expect(limits.room(ten)).toBe(6)
    clock.pass(WINDOW)
    expect(limits.room(ten)).toBe(10)
  })

  test('is what was learned, also while it is time to look up', () => {
    const opus = aTarget()
    pass(opus, 2)
    refuse(opus, 2)
    expect(limits.room(opus)).toBeCloseTo(0, 0)
    for (let minute = 0; minute < 15; minute++) {
      clock.pass(WINDOW)
      pass(opus, 2)
    }
    clock.pass(WINDOW)
    expect(limits.room(opus)).toBeCloseTo(2, 0)
  })
})
