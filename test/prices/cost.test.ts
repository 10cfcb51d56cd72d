import { expect, test } from 'bun:test'
import { emptyUsage } from '../../src/messages/usage.ts'
import { costOf, totalCost } from '../../src/prices/cost.ts'

const RATES = { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 }

test('every kind of token has its own price, and thinking is paid for as output', () => {
  const usage = {
    ...emptyUsage(),
    input_tokens: 1000,
    output_tokens: 200,
    thinking_tokens: 150,
    cache_read_input_tokens: 2100,
    cache_creation_input_tokens: 500,
    cache_creation_5m_input_tokens: 300,
    cache_creation_1h_input_tokens: 200,
  }
  // 3000 + 3000 + 630 + 1125 + 1200 millionths
  expect(costOf(usage, RATES)).toBe(0.008955)
  expect(costOf({ ...usage, web_search_requests: 3 }, RATES)).toBe(0.038955)
})

test('what was not counted, or has no price, costs an unknown amount', () => {
  expect(costOf(emptyUsage(), RATES)).toBeNull()
  expect(costOf({ ...emptyUsage(), input_tokens: 5 }, null)).toBeNull()
})

test('what is free costs nothing', () => {
  const free = { input: 0, output: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 }
  expect(costOf({ ...emptyUsage(), input_tokens: 5 }, free)).toBe(0)
})

test('a total is known when all of it is', () => {
  expect(totalCost([0.1, 0.2])).toBe(0.3)
  expect(totalCost([0.1, null])).toBeNull()
  expect(totalCost([])).toBeNull()
})
