import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { FILTER_NAMES, readFilter } from '../../src/history/filter-query.ts'
import { openStore } from '../../src/history/store.ts'

test('a query string says a filter', () => {
  const query = {
    since: '2026-11-22T13:00:00Z',
    until: '1795352400000',
    state: 'failed',
    status: '529',
    provider: 'bedrock',
    region: '',
    stream: 'true',
    fell_back: 'false',
    min_duration_ms: '1500.5',
    min_cost_usd: '0.25',
    search: ' 100% ',
    limit: '50',
  }
  expect(readFilter(query)).toEqual({
    since: Date.UTC(2026, 10, 22, 13),
    until: 1_795_352_400_000,
    state: 'failed',
    status: 529,
    provider: 'bedrock',
    stream: true,
    fell_back: false,
    min_duration_ms: 1500.5,
    min_cost_usd: 0.25,
    search: ' 100% ',
  })
})

test.each([
  ['since', 'yesterday'],
  ['since', '-1'],
  ['until', '1e400'],
  ['state', 'done'],
  ['status', '42'],
  ['stream', 'yes'],
  ['fell_back', '1'],
  ['min_duration_ms', '-5'],
  ['min_cost_usd', 'NaN'],
])('a query string with %s=%s is told so', (name, value) => {
  expect(() => readFilter({ [name]: value })).toThrow(`${name}: must be `)
})

test('whatever else stands in a query string is a filter or a clear error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...FILTER_NAMES), fc.string()),
      async (query) => {
        const { reader, close } = openStore(':memory:', console.error)
        try {
          await reader.page({ limit: 1, filter: readFilter(query) })
        } catch (error) {
          expect(error).toHaveProperty('code', 'invalid_request_error')
        } finally {
          close()
        }
      },
    ),
  )
})
