import { beforeEach, describe, expect, test } from 'bun:test'
import { createQuotaSnapshot } from '../../src/routing/quota.ts'
import { aClock } from './target.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof aClock>
beforeEach(() => {
  clock = aClock()
})

/** What the headers said just now of a quota of 60 a minute, unless said otherwise. */
function aQuota(remaining: number, changes: { limit?: number | null; resetMs?: number } = {}) {
  const untilFull = (60 - remaining) * 1000
  const quota = { kind: 'requests', limit: 60, remaining, resetMs: untilFull, ...changes } as const
  return createQuotaSnapshot(quota, clock.now)
}

/** How long to wait for room for so many, in ms; null for not at all. */
function waitMs(quota: ReturnType<typeof aQuota>, needed: number): number | null {
  const at = quota.freeAt(needed)
  return at === null ? null : at - clock.now()
}

test('what remains may be used', () => {
  const quota = aQuota(3)
  expect(waitMs(quota, 3)).toBeNull()
  expect(waitMs(quota, 4)).toBe(1000)
})

test('what went out since is no longer there', () => {
  const quota = aQuota(3)
  quota.spend(3)
  expect(waitMs(quota, 1)).toBe(1000)
  expect(waitMs(quota, 5)).toBe(5000)
})

describe('it fills up', () => {
  test('evenly, so that there is room long before it is full again', () => {
    const quota = aQuota(0)
    expect(waitMs(quota, 10)).toBe(10_000)
    clock.pass(4000)
    expect(waitMs(quota, 10)).toBe(6000)
    clock.pass(6000)
    expect(waitMs(quota, 10)).toBeNull()
  })

  test('at its reset at the latest', () => {
    const quota = aQuota(57)
    quota.spend(57)
    expect(waitMs(quota, 10)).toBe(3000)
    clock.pass(3000)
    expect(waitMs(quota, 60)).toBeNull()
  })

  test('at once, as far as anybody knows, where no limit is named', () => {
    const quota = aQuota(0, { limit: null, resetMs: 5000 })
    expect(waitMs(quota, 1)).toBe(5000)
    clock.pass(5000)
    expect(waitMs(quota, 1)).toBeNull()
  })

  // Groq: `x-ratelimit-limit-requests` is per day, its reset the time until it is full again
  // (console.groq.com/docs/rate-limits). One request of 14,400 a day comes back every 6 s.
  test('as slowly as its reset says, where the limit is one of a day', () => {
    const quota = aQuota(0, { limit: 14_400, resetMs: 24 * 60 * MINUTE })
    expect(waitMs(quota, 1)).toBe(6000)
  })
})

test('no reset is trusted for more than five minutes', () => {
  const quota = aQuota(0, { limit: 50, resetMs: 7 * 24 * 60 * MINUTE })
  expect(waitMs(quota, 1)).toBe(5 * MINUTE)
  clock.pass(5 * MINUTE)
  expect(waitMs(quota, 1)).toBeNull()
})

test('a quota whose reset is not known keeps nobody out', () => {
  const quota = createQuotaSnapshot(
    { kind: 'tokens', limit: 1000, remaining: 0, resetMs: null },
    clock.now,
  )
  expect(quota.freeAt(1)).toBeNull()
})

test('what never fits is the service’s to refuse', () => {
  expect(waitMs(aQuota(0), 61)).toBeNull()
  expect(waitMs(aQuota(0), 60)).toBe(MINUTE)
})
