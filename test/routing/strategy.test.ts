import { describe, expect, test } from 'bun:test'
import type { Load } from '../../src/routing/limits.ts'
import type { Strategy } from '../../src/routing/router.ts'
import { createOrdering } from '../../src/routing/strategy.ts'
import type { Target } from '../../src/routing/target.ts'
import { aTarget } from './target.ts'

const [a, b, c] = ['a', 'b', 'c'].map((model) => aTarget({ model })) as [Target, Target, Target]
const unknown = { perMinute: null, confidence: 0 }
const idle: Load = {
  inFlight: 0,
  requestsLastMinute: 0,
  tokensLastMinute: 0,
  rpm: unknown,
  tpm: unknown,
}

/** The models in the order of the requests that ask, given what is known of each model. */
function orderingOf(
  strategy: Strategy,
  targets: readonly Target[],
  { inFlight = {}, pace = {} }: Record<'inFlight' | 'pace', Record<string, number>> | Known = {},
) {
  const ordering = createOrdering({
    load: ({ model }) => ({ ...idle, inFlight: inFlight[model] ?? 0 }),
    pace: ({ model }) => pace[model] ?? null,
  })
  return (model = 'default') =>
    ordering({ model, strategy, targets })
      .map((target) => target.model)
      .join('')
}

interface Known {
  inFlight?: Record<string, number>
  pace?: Record<string, number>
}

/** Who is asked first by so many requests, one after the other. */
const firsts = (next: () => string, times: number) =>
  Array.from({ length: times }, () => next()[0]).join('')

test('order is that of the config, always', () => {
  const next = orderingOf('order', [a, { ...b, weight: 9 }, c], { inFlight: { a: 5 } })
  expect([next(), next()]).toEqual(['abc', 'abc'])
})

describe('round_robin', () => {
  test('gives each its turn, and the rest follow in theirs', () => {
    const next = orderingOf('round_robin', [a, b, c])
    expect([next(), next(), next(), next()]).toEqual(['abc', 'bca', 'cab', 'abc'])
  })

  test('gives turns by weight, and spreads them', () => {
    const next = orderingOf('round_robin', [{ ...a, weight: 5 }, b, c])
    expect(firsts(next, 7)).toBe('aabacaa')
    expect(firsts(next, 7)).toBe('aabacaa')
  })

  test('remembers whose turn it is for each route', () => {
    const next = orderingOf('round_robin', [a, b])
    expect([next('opus'), next('haiku'), next('opus'), next('haiku')]).toEqual([
      'ab',
      'ab',
      'ba',
      'ba',
    ])
  })
})

describe('least_busy', () => {
  test('asks first who has the least in flight', () => {
    expect(orderingOf('least_busy', [a, b, c], { inFlight: { a: 2, b: 0, c: 1 } })()).toBe('bca')
  })

  test('takes more of who is worth more', () => {
    const heavy = { ...b, weight: 4 }
    expect(orderingOf('least_busy', [a, heavy], { inFlight: { a: 1, b: 3 } })()).toBe('ba')
    expect(orderingOf('least_busy', [a, heavy], { inFlight: { a: 1, b: 5 } })()).toBe('ab')
  })

  test('keeps to the config among equals', () => {
    expect(orderingOf('least_busy', [a, b, c])()).toBe('abc')
  })
})

describe('latency', () => {
  test('asks first who was fastest lately', () => {
    expect(orderingOf('latency', [a, b, c], { pace: { a: 900, b: 300, c: 600 } })()).toBe('bca')
  })

  test('asks first who was never asked', () => {
    expect(orderingOf('latency', [a, b, c], { pace: { a: 900, b: 300 } })()).toBe('cba')
  })

  test('forgives more of who is worth more', () => {
    const heavy = { ...b, weight: 2 }
    expect(orderingOf('latency', [a, heavy], { pace: { a: 500, b: 900 } })()).toBe('ba')
  })
})

test.each(['order', 'round_robin', 'least_busy', 'latency'] as const)(
  'a route with one target, or none, needs no order: %s',
  (strategy) => {
    expect(orderingOf(strategy, [a])()).toBe('a')
    expect(orderingOf(strategy, [])()).toBe('')
  },
)
