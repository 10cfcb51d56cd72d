import { beforeEach, describe, expect, test } from 'bun:test'
import { emptyUsage } from '../../src/messages/usage.ts'
import type { PriceOf } from '../../src/prices/prices.ts'
import { type Affinity, createAffinity } from '../../src/routing/affinity.ts'
import { createHealth, type Health } from '../../src/routing/health.ts'
import { type Claim, createPlan, type Plan } from '../../src/routing/plan.ts'
import type { Strategy } from '../../src/routing/router.ts'
import { createOrdering } from '../../src/routing/strategy.ts'
import type { Target } from '../../src/routing/target.ts'
import { type Asked, anExchange } from './exchange.ts'
import { aFailure } from './failure.ts'
import { aClock, aTarget, noMemory } from './target.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof aClock>
let health: Health
let affinity: Affinity
const first = aTarget({ model: 'first' })
const second = aTarget({ model: 'second', provider: 'groq', region: null })
const third = aTarget({ model: 'third', provider: 'other', region: null })
const chain = [first, second, third]

beforeEach(() => {
  clock = aClock()
  health = createHealth({ rateLimitMs: 10_000, now: clock.now, memory: noMemory, onChange() {} })
  affinity = createAffinity(clock.now)
})

interface Settings {
  targets?: readonly Target[]
  strategy?: Strategy
  asked?: Asked
  keyless?: Target
  withAffinity?: boolean
  priceOf?: PriceOf
  /** What the request would miss at some of them. */
  misses?: ReadonlyMap<Target, string[]>
}

/** What a request of session `a` may do with a chain. */
function aPlan({ targets = chain, strategy = 'order', asked, keyless, ...some }: Settings = {}) {
  return createPlan(
    { model: 'default', strategy, targets },
    anExchange({ session: 'a', ...asked }),
    {
      health,
      affinity: some.withAffinity === false ? null : affinity,
      ordering: createOrdering(health),
      priceOf: some.priceOf ?? (() => null),
      steadyNow: clock.now,
      missing: (target) => some.misses?.get(target) ?? [],
      isUsable: (target) => target !== keyless,
    },
  )
}

/** An earlier request that failed there. */
function broken(target: Target, error = aFailure('overloaded')) {
  const flight = health.started(target)
  flight.failed(error)
  flight.ended(0)
}

const limited = (target: Target, retryAfterMs: number) =>
  broken(target, aFailure('rate_limited', { retryAfterMs }))

/** The target holds so many tokens of session `a`, or of whoever else it is. */
function cached(target: Target, tokens: number, asked: Asked = {}) {
  const usage = { ...emptyUsage(), cache_read_input_tokens: tokens }
  affinity.answered(anExchange({ session: 'a', ...asked }), target, usage)
}

/** What this request was told by the target it has just asked. */
function answer(plan: Plan, claim: Claim | null, error = aFailure('overloaded')) {
  if (!claim) throw new Error('nothing was claimed')
  claim.flight.failed(error)
  claim.flight.ended(0)
  plan.failed(claim.target, error)
}

const namesOf = (claims: (Claim | null)[]) => claims.map((claim) => claim?.target.model ?? null)

describe('a request asks', () => {
  test('one target after the other, each once', () => {
    const plan = aPlan()
    expect(plan.hasNext()).toBe(true)
    expect(namesOf([plan.claim(), plan.claim(), plan.claim(), plan.claim()])).toEqual([
      'first',
      'second',
      'third',
      null,
    ])
    expect(plan.hasNext()).toBe(false)
  })

  test('nobody who is out, and nobody without a key', () => {
    broken(first)
    const plan = aPlan({ keyless: second })
    expect(namesOf([plan.claim(), plan.claim()])).toEqual(['third', null])
    expect(plan.claimInNeed()?.target).toBe(first)
  })

  test('with the size that a target has to find room for', () => {
    const small = aTarget({ model: 'small', limits: { ...first.limits, tpm: 1000 } })
    health.started(small, 1).ended(1)
    const big = { characters: 40_000 }
    expect(aPlan({ targets: [small, second], asked: big }).claim()?.target).toBe(second)
    expect(aPlan({ targets: [small, second] }).claim()?.target).toBe(small)
  })

  test('and what is in the cache already needs no room', () => {
    const small = aTarget({ model: 'small', limits: { ...first.limits, tpm: 1000 } })
    health.started(small, 1).ended(1)
    cached(small, 10_000)
    const big = { characters: 40_000 }
    expect(aPlan({ targets: [small, second], asked: big }).claim()?.target).toBe(small)
  })

  test('as long as a claim lasts, it is in flight', () => {
    const claim = aPlan().claim()
    expect(health.load(first).inFlight).toBe(1)
    claim?.flight.ended(null)
    expect(health.load(first).inFlight).toBe(0)
  })
})

describe('a request that misses tools at some targets', () => {
  const misses = new Map([
    [first, ['web_search', 'web_fetch']],
    [second, ['web_fetch']],
  ])

  test('asks first who has most of them, else in order', () => {
    const plan = aPlan({ misses })
    const claims = [plan.claim(), plan.claim(), plan.claim()]
    expect(namesOf(claims)).toEqual(['third', 'second', 'first'])
    expect(claims[0]?.reason).toBe('has web_search, web_fetch')
  })

  test('asks the others where who has them is out', () => {
    broken(third)
    expect(aPlan({ misses: new Map([[first, ['web_search']]]) }).claim()?.target).toBe(second)
    expect(aPlan({ misses }).claim()?.reason).toBe('has web_search')
  })

  test('does not wait for a cache where it would miss something', () => {
    cached(first, 150_000)
    limited(first, 3000)
    expect(aPlan().worthWaitingFor()?.target).toBe(first)
    expect(aPlan({ misses }).worthWaitingFor()).toBeNull()
  })
})

describe('a claim says why', () => {
  test.each([
    ['order', 'first in order'],
    ['round_robin', 'its turn'],
    ['least_busy', 'the least busy'],
    ['latency', 'the fastest lately'],
  ] as const)('%s: %s', (strategy, reason) => {
    const plan = aPlan({ strategy })
    expect(plan.claim()?.reason).toBe(reason)
    expect(plan.claim()?.reason).toBe('next in order')
  })

  test('the first in order is out', () => {
    broken(first)
    expect(aPlan().claim()?.reason).toBe('the first that is not out')
  })

  test('the cache', () => {
    cached(second, 42_000)
    expect(aPlan().claim()?.reason).toBe('holds 42,000 tokens of the conversation in its cache')
  })

  test('need', () => {
    broken(first)
    expect(aPlan({ targets: [first] }).claimInNeed()).toMatchObject({
      reason: 'every target is out, and this one the least',
      isTrusted: false,
    })
  })

  test('what it was told to say', () => {
    expect(aPlan().again(first, 'once more after a pause')?.reason).toBe('once more after a pause')
  })
})

describe('a claim is trusted', () => {
  test('where nothing was wrong with the target', () => {
    expect(aPlan().claim()?.isTrusted).toBe(true)
  })

  test('but not where it rested after a failure until now', () => {
    broken(first)
    clock.pass(2000)
    expect(aPlan().claim()).toMatchObject({ target: first, isTrusted: false })
  })
})

describe('a conversation', () => {
  test('stays where its cache is', () => {
    cached(second, 50_000)
    expect(namesOf(Array.from({ length: 3 }, aPlan().claim))).toEqual(['second', 'first', 'third'])
  })

  test('goes back once the cache is cold', () => {
    cached(second, 50_000)
    clock.pass(5 * MINUTE)
    expect(aPlan().claim()?.target).toBe(first)
  })

  test('goes back where the other cache is worth as much', () => {
    cached(second, 50_000)
    cached(first, 50_000)
    expect(aPlan().claim()).toMatchObject({ target: first })
    cached(second, 60_000)
    expect(aPlan().claim()).toMatchObject({ target: second })
  })

  test('leaves a cache whose target is out', () => {
    cached(first, 50_000)
    broken(first)
    expect(aPlan().claim()).toMatchObject({ target: second, reason: 'the first that is not out' })
  })

  test('of another session, of a subagent or of another model has its own', () => {
    cached(second, 50_000, { session: 'b' })
    cached(second, 50_000, { agent: 'x' })
    cached(second, 50_000, { model: 'haiku' })
    expect(aPlan().claim()?.target).toBe(first)
  })

  test('goes in order where the config wants no affinity', () => {
    cached(second, 50_000)
    expect(aPlan({ withAffinity: false }).claim()?.target).toBe(first)
  })
})

describe('where prices are known, a conversation', () => {
  /** In USD per million tokens, by model: the input and what is read from the cache. */
  const pricing = (prices: Record<string, [input: number, read: number]>): PriceOf => {
    return ({ model }) => {
      const [input, read] = prices[model] ?? []
      if (input === undefined || read === undefined) return null
      const rates = { input, output: 0, cache_read: read }
      return { rates: { ...rates, cache_write_5m: input, cache_write_1h: input } }
    }
  }
  const priceOf = pricing({ first: [10, 1], second: [1, 0.1], third: [1, 1] })

  test('goes back to the smaller cache that would cost more to build again', () => {
    cached(first, 40_000)
    cached(second, 90_000)
    expect(aPlan().claim()?.target).toBe(second)
    expect(aPlan({ priceOf }).claim()?.target).toBe(first)
  })

  test('stays with the smaller cache that is worth more', () => {
    cached(first, 40_000)
    cached(second, 90_000)
    expect(aPlan({ targets: [second, first], priceOf }).claim()).toMatchObject({
      target: first,
      reason: 'holds 40,000 tokens of the conversation in its cache',
    })
  })

  test('goes in order where a cache saves no money', () => {
    cached(third, 90_000)
    expect(aPlan({ priceOf }).claim()?.target).toBe(first)
  })

  test('goes by the tokens where the price of one is not known', () => {
    cached(first, 40_000)
    cached(second, 90_000)
    const half = pricing({ first: [10, 1] })
    expect(aPlan({ priceOf: half }).claim()?.target).toBe(second)
  })

  test('does not wait for a cache that is worth less than the one at hand', () => {
    cached(second, 90_000)
    cached(first, 40_000)
    limited(second, 1000)
    const targets = [second, first]
    expect(aPlan({ targets }).worthWaitingFor()).toEqual({ target: second, ms: 2500 })
    expect(aPlan({ targets, priceOf }).worthWaitingFor()).toBeNull()
  })
})

describe('a cache is worth waiting for', () => {
  test('a second for every 20,000 tokens', () => {
    cached(first, 100_000)
    limited(first, 5000)
    expect(aPlan().worthWaitingFor()).toEqual({ target: first, ms: 5000 })
    limited(first, 5001)
    expect(aPlan().worthWaitingFor()).toBeNull()
  })

  test('as far as it is larger than the one at hand', () => {
    cached(first, 100_000)
    cached(second, 60_000)
    limited(first, 2000)
    expect(aPlan().worthWaitingFor()?.ms).toBe(2000)
    limited(first, 2001)
    expect(aPlan().worthWaitingFor()).toBeNull()
  })

  test('ten seconds at most', () => {
    cached(first, 1_000_000)
    limited(first, 10_001)
    expect(aPlan().worthWaitingFor()).toBeNull()
  })

  test('not after a failure, which nobody knows the end of', () => {
    cached(first, 100_000)
    broken(first)
    expect(aPlan().worthWaitingFor()).toBeNull()
  })

  test('not where nobody else is free: then there is a wait for everyone', () => {
    cached(first, 100_000)
    limited(first, 1000)
    expect(aPlan({ targets: [first] }).worthWaitingFor()).toBeNull()
  })

  test('and is there to be claimed as soon as it is free', () => {
    cached(first, 100_000)
    limited(first, 3000)
    const plan = aPlan()
    expect(plan.claimCached(first)).toBeNull()
    clock.pass(3000)
    expect(plan.claimCached(first)).toMatchObject({
      target: first,
      reason: 'holds 100,000 tokens of the conversation in its cache',
    })
  })
})

describe('the last request of a scarce minute', () => {
  const scarce = aTarget({ model: 'scarce', limits: { ...first.limits, rpm: 2 } })
  const targets = [scarce, second]
  const asSubagent = { targets, asked: { agent: 'x' } }

  test('is for the main conversation', () => {
    expect(aPlan(asSubagent).claim()?.target).toBe(scarce)
    expect(aPlan(asSubagent).claim()?.target).toBe(second)
    expect(aPlan({ targets }).claim()?.target).toBe(scarce)
  })

  test('is for a subagent too where nobody else can answer', () => {
    aPlan({ targets }).claim()
    broken(second)
    expect(aPlan(asSubagent).claim()?.target).toBe(scarce)
  })

  test('is for a subagent too where its cache is', () => {
    aPlan({ targets }).claim()
    cached(scarce, 50_000, { agent: 'x' })
    expect(aPlan(asSubagent).claim()?.target).toBe(scarce)
  })
})

describe('after a wait', () => {
  test('what said 429 is asked once more', () => {
    const plan = aPlan({ targets: [first] })
    answer(plan, plan.claim(), aFailure('rate_limited'))
    expect(plan.claimAfterWait()).toBeNull()
    expect(plan.freeAt()).toBe(clock.now() + 10_000)
    clock.pass(10_000)
    expect(plan.claim()).toBeNull()
    const claim = plan.claimAfterWait()
    expect(claim).toMatchObject({ target: first, reason: 'free after a wait' })
    answer(plan, claim, aFailure('rate_limited'))
    clock.pass(MINUTE)
    expect(plan.claimAfterWait()).toBeNull()
    expect(plan.freeAt()).toBe(Number.POSITIVE_INFINITY)
  })

  test('what failed otherwise is not', () => {
    const plan = aPlan({ targets: [first, second] })
    answer(plan, plan.claim(), aFailure('silent'))
    answer(plan, plan.claim(), aFailure('rate_limited'))
    clock.pass(MINUTE)
    expect(namesOf([plan.claimAfterWait(), plan.claimAfterWait()])).toEqual(['second', null])
  })

  test('the first that is free comes first', () => {
    limited(first, 9000)
    limited(second, 4000)
    broken(third, aFailure('credential'))
    const plan = aPlan()
    expect(plan.freeAt()).toBe(clock.now() + 4000)
    clock.pass(4000)
    expect(plan.claimAfterWait()?.target).toBe(second)
  })

  test('there is none where only failures keep everyone out', () => {
    for (const target of chain) broken(target)
    expect(aPlan().freeAt()).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('no target is asked more than twice', () => {
  test('not even when a second try follows a wait', () => {
    const plan = aPlan({ targets: [first] })
    answer(plan, plan.claim(), aFailure('rate_limited'))
    clock.pass(10_000)
    answer(plan, plan.claimAfterWait(), aFailure('server_error'))
    expect(plan.again(first, 'once more after a pause')).toBeNull()
  })

  test('not when a wait follows a second try', () => {
    const plan = aPlan({ targets: [first] })
    answer(plan, plan.claim(), aFailure('reset'))
    answer(plan, plan.again(first, 'once more on a fresh connection'), aFailure('rate_limited'))
    clock.pass(10_000)
    expect(plan.claimAfterWait()).toBeNull()
  })

  test('nor again at once where it says that it is asked too much', () => {
    const plan = aPlan({ targets: [first] })
    const claim = plan.claim()
    limited(first, 5000)
    answer(plan, claim, aFailure('server_error'))
    expect(plan.again(first, 'once more after a pause')).toBeNull()
  })

  test('but again in spite of a failure', () => {
    const plan = aPlan({ targets: [first] })
    answer(plan, plan.claim(), aFailure('reset'))
    broken(first)
    expect(plan.again(first, 'once more on a fresh connection')).not.toBeNull()
  })
})

describe('in need', () => {
  test('the one that is free soonest is asked all the same, and only one', () => {
    broken(first)
    broken(first)
    broken(second)
    broken(third, aFailure('billing'))
    const plan = aPlan()
    expect(plan.claim()).toBeNull()
    expect(plan.claimInNeed()?.target).toBe(second)
    expect(plan.claimInNeed()).toBeNull()
  })

  test('what a person has to mend comes last', () => {
    broken(second, aFailure('credential'))
    clock.pass(1000)
    for (let i = 0; i < 10; i++) broken(first)
    expect(aPlan({ targets: [second, first] }).claimInNeed()?.target).toBe(first)
  })

  test('a 429 is never overridden', () => {
    limited(first, MINUTE)
    expect(aPlan({ targets: [first] }).claimInNeed()).toBeNull()
  })

  test('nobody is asked who has failed this request before', () => {
    const plan = aPlan({ targets: [first] })
    answer(plan, plan.claim())
    expect(plan.claimInNeed()).toBeNull()
  })
})

describe('a prompt that is too long', () => {
  test('leaves only those with a larger window that were not asked', () => {
    const large = aTarget({ model: 'large', contextWindow: 1_000_000 })
    const plan = aPlan({ targets: [first, second, large] })
    plan.claim()
    expect(plan.narrow((target) => (target.contextWindow ?? 0) > 200_000, 'is larger')).toBe(true)
    expect(plan.claim()).toMatchObject({ target: large, reason: 'is larger' })
    expect(plan.claim()).toBeNull()
  })

  test('is nobody’s where no window is larger', () => {
    expect(aPlan().narrow(() => false, 'is larger')).toBe(false)
  })
})

describe('whom a request would ask first, were everyone well', () => {
  test('cooldowns, limits and prompt caches do not change that', () => {
    limited(first, 60_000)
    cached(second, 100_000)
    const plan = aPlan()
    expect(plan.preferred).toBe(first)
    expect(plan.claim()?.target).toBe(second)
  })

  test('it has its key, and the tools the request asks for', () => {
    expect(aPlan({ keyless: first }).preferred).toBe(second)
    const misses = new Map([
      [first, ['web_search']],
      [second, ['web_search']],
    ])
    expect(aPlan({ misses }).preferred).toBe(third)
  })
})

describe('a paused target', () => {
  test('is passed over, and not asked in need either', () => {
    health.pause(first)
    broken(second)
    const plan = aPlan({ targets: [first, second] })
    expect(plan.claim()).toBeNull()
    expect(plan.claimInNeed()?.target).toBe(second)
    expect(aPlan({ targets: [first] }).claimInNeed()).toBeNull()
  })

  test('is nothing to wait for', () => {
    health.pause(first)
    expect(aPlan({ targets: [first] }).freeAt()).toBe(Infinity)
    limited(second, MINUTE)
    expect(aPlan({ targets: [first, second] }).freeAt()).toBe(clock.now() + MINUTE)
  })

  test('gets no second try of a request that was asking it', () => {
    const plan = aPlan({ targets: [first] })
    const claim = plan.claim()
    health.pause(first)
    answer(plan, claim, aFailure('server_error'))
    expect(plan.again(first, 'once more')).toBeNull()
    expect(plan.retake(first, 'once more')).toBeNull()
  })

  test('is asked by whoever waits when it is resumed', () => {
    health.pause(first)
    const plan = aPlan({ targets: [first] })
    expect(plan.claimAfterWait()).toBeNull()
    health.resume(first)
    expect(plan.claimAfterWait()?.target).toBe(first)
  })
})
