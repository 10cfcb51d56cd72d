import { describe, expect, test } from 'bun:test'
import { type Cached, cachedAfter, cacheLoss, type Taken } from '../../src/messages/cache-loss.ts'
import { type Counts, emptyUsage } from '../../src/messages/usage.ts'

const MINUTE = 60_000
const RATES = { input: 4, output: 20, cache_read: 0.2, cache_write_5m: 5, cache_write_1h: 8 }

/** 50,000 tokens that one target has had since midnight. */
const cached = { target: 'a', tokens: 50_000, since: 0, lifeMs: 5 * MINUTE }

/** A turn a minute later at the same target. */
function taken(counts: Partial<Counts>, changes: Partial<Taken> = {}): Taken {
  return {
    target: 'a',
    counts: { ...emptyUsage(), input_tokens: 0, ...counts },
    rates: RATES,
    askedAt: MINUTE,
    answeredAt: MINUTE,
    ...changes,
  }
}

const READ_AGAIN = { cache_read_input_tokens: 50_000, cache_creation_input_tokens: 2000 }
const WRITTEN_AGAIN = {
  cache_read_input_tokens: 10_000,
  cache_creation_input_tokens: 42_000,
  cache_creation_5m_input_tokens: 42_000,
}

describe('what a turn could have read and did not', () => {
  const why = (change: string, changes: Partial<Taken> = {}, was: Cached = cached) =>
    cacheLoss(was, change, taken(WRITTEN_AGAIN, changes)).cache_lost_why

  test('is nothing where all was read', () => {
    expect(cacheLoss(cached, 'none', taken(READ_AGAIN))).toEqual({
      cache_lost_why: null,
      cache_lost_tokens: 0,
      cache_lost_usd: null,
    })
  })

  test('is counted, and costs what it took less what reading it would have', () => {
    const loss = cacheLoss(cached, 'system[1]', taken(WRITTEN_AGAIN))
    expect(loss).toMatchObject({ cache_lost_why: 'prefix', cache_lost_tokens: 40_000 })
    expect(loss.cache_lost_usd).toBeCloseTo((40_000 * (5 - 0.2)) / 1e6, 9)
  })

  test('was plain input where it was not written again', () => {
    const { cache_lost_usd } = cacheLoss(
      cached,
      'none',
      taken({
        input_tokens: 20_000,
        cache_creation_input_tokens: 40_000,
        cache_creation_1h_input_tokens: 40_000,
      }),
    )
    expect(cache_lost_usd).toBeCloseTo((40_000 * 8 + 10_000 * 4 - 50_000 * 0.2) / 1e6, 9)
  })

  test('costs nobody knows what without a price', () => {
    const loss = cacheLoss(cached, 'none', taken(WRITTEN_AGAIN, { rates: null }))
    expect(loss).toMatchObject({ cache_lost_tokens: 40_000, cache_lost_usd: null })
  })

  test('has a reason', () => {
    expect(why('tools[3]')).toBe('prefix')
    expect(why('none')).toBe('unknown')
    expect(why('messages[2]', { target: 'b' })).toBe('target')
    expect(why('model', { target: 'b' })).toBe('prefix')
    expect(why('tools[3]', { askedAt: 6 * MINUTE })).toBe('idle')
    expect(why('none', { askedAt: 6 * MINUTE }, { ...cached, lifeMs: 60 * MINUTE })).toBe('unknown')
  })

  test.each([
    ['the prompt has become shorter', taken({ cache_read_input_tokens: 9000, input_tokens: 500 })],
    ['the difference is small', taken({ ...READ_AGAIN, cache_read_input_tokens: 49_000 })],
    ['the cache could not be read yet', taken(WRITTEN_AGAIN, { askedAt: -1 })],
    ['another service has no cache', taken({ input_tokens: 60_000 }, { target: 'b' })],
  ])('is nothing where %s', (_, turn) => {
    expect(cacheLoss(cached, 'none', turn).cache_lost_tokens).toBe(0)
  })

  test('is all of it where the service that had it tells of no cache any more', () => {
    const loss = cacheLoss(cached, 'none', taken({ input_tokens: 60_000 }))
    expect(loss.cache_lost_tokens).toBe(50_000)
  })
})

describe('what is in the cache after a turn', () => {
  test('is what it read and what it wrote', () => {
    const turn = taken(READ_AGAIN, { answeredAt: 2 * MINUTE })
    expect(cachedAfter(null, turn)).toEqual({ ...cached, tokens: 52_000, since: 2 * MINUTE })
  })

  test('lives as long as what it was written for, and a read renews that', () => {
    const wrote = taken({
      cache_creation_input_tokens: 9000,
      cache_creation_1h_input_tokens: 9000,
    })
    const after = cachedAfter(cached, wrote)
    expect(after?.lifeMs).toBe(60 * MINUTE)
    expect(cachedAfter(after, taken({ cache_read_input_tokens: 9000 }))).toEqual(after)
  })

  test('is nothing where the same service reads and writes nothing', () => {
    expect(cachedAfter(cached, taken({ input_tokens: 60_000 }))).toBeNull()
  })

  test('is what another service has, where this one has no cache', () => {
    expect(cachedAfter(cached, taken({ input_tokens: 60_000 }, { target: 'b' }))).toBe(cached)
  })
})
