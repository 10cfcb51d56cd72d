import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Filter } from '../../src/history/filter.ts'
import { readFilter } from '../../src/history/filter-query.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { openStore } from '../../src/history/store.ts'
import { aRow } from './rows.ts'

/** What a filter means, said once more without SQL. */
function takes(filter: Filter, row: RequestRow): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY, fell_back, search } = filter
  const { min_duration_ms = 0, min_cost_usd, since: _, until: __, ...rest } = filter
  const { fell_back: ___, search: ____, ...exact } = rest
  delete (exact as Partial<Filter>).min_cost_usd
  const error = row.error?.toLowerCase() ?? ''
  return (
    row.created_at >= since &&
    row.created_at < until &&
    Object.entries(exact).every(([name, value]) => row[name as keyof RequestRow] === value) &&
    (fell_back === undefined || fell_back === row.attempt_count > 1) &&
    row.duration_ms >= min_duration_ms &&
    (min_cost_usd === undefined || (row.cost_usd ?? -1) >= min_cost_usd) &&
    (search === undefined || error.includes(search.toLowerCase()) || row.id.startsWith(search))
  )
}

const word = fc.constantFrom('a', 'B', "it's", '100%', 'a_b', '\\', '"; DROP TABLE requests; --')
const rowParts = {
  state: fc.constantFrom('complete', 'partial', 'failed', 'client_closed', 'interrupted'),
  status: fc.constantFrom(200, 429, 499, 529),
  requested_model: word,
  served_model: fc.option(word),
  provider: fc.option(word),
  region: fc.option(word),
  session_id: fc.option(word),
  stream: fc.boolean(),
  is_background: fc.boolean(),
} as const
const aStoredRow = fc.record({
  ...rowParts,
  created_at: fc.integer({ min: 1, max: 9 }),
  attempt_count: fc.integer({ min: 0, max: 3 }),
  duration_ms: fc.integer({ min: 0, max: 9 }),
  cost_usd: fc.option(fc.integer({ min: 0, max: 9 })),
  error: word,
})
const aFilter = fc.record(
  {
    ...rowParts,
    served_model: word,
    provider: word,
    region: word,
    session_id: word,
    since: fc.integer({ min: 0, max: 9 }),
    until: fc.integer({ min: 0, max: 9 }),
    fell_back: fc.boolean(),
    min_duration_ms: fc.integer({ min: 0, max: 9 }),
    min_cost_usd: fc.integer({ min: 0, max: 9 }),
    search: fc.oneof(word, fc.constantFrom('req_', 'req_000', 're', '%', '_', '\u0000', 'DROP')),
  },
  { requiredKeys: [] },
)

test('a filter takes what it says and nothing else, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStoredRow, { maxLength: 30 }), aFilter, async (parts, filter) => {
      const { history, reader, close } = openStore(':memory:', console.error)
      const rows = parts.map((part, index) =>
        aRow(index, { ...part, error: part.state === 'complete' ? null : part.error }),
      )
      for (const row of rows) history.record(row, [])
      const expected = rows
        .filter((row) => takes(filter, row))
        .sort((a, b) => b.created_at - a.created_at || (b.id < a.id ? -1 : 1))
        .map(({ id }) => id)
      const paged: string[] = []
      for (let before: string | undefined; ; before = paged.at(-1)) {
        const page = await reader.page({ limit: 3, filter, ...(before && { before }) })
        expect(page.total).toBe(expected.length)
        paged.push(...page.requests.map(({ id }) => id))
        if (page.requests.length < 3) break
      }
      expect(paged).toEqual(expected)
      close()
    }),
    { numRuns: 300 },
  )
})

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
  const names = [...Object.keys(rowParts), 'since', 'until', 'search', 'min_cost_usd']
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), fc.string()), async (query) => {
      const { reader, close } = openStore(':memory:', console.error)
      try {
        await reader.page({ limit: 1, filter: readFilter(query) })
      } catch (error) {
        expect(error).toHaveProperty('code', 'invalid_request_error')
      } finally {
        close()
      }
    }),
  )
})
