import { Database } from 'bun:sqlite'
import { expect, spyOn, test } from 'bun:test'
import { SESSION_ORDERS } from '../../src/history/answers.ts'
import type { Filter } from '../../src/history/filter.ts'
import { migrate } from '../../src/history/migrations.ts'
import { createQueries } from '../../src/history/queries.ts'
import { bucketsOf } from '../../src/history/range.ts'
import { createHistory } from '../../src/history/sqlite.ts'
import { anAttempt, aRow } from './rows.ts'

const HOUR = 60 * 60_000
const SPAN = { since: 0.5 * HOUR, until: 50.5 * HOUR }
const FILTERS: Filter[] = [
  {},
  { ...SPAN, provider: 'bedrock' },
  { state: 'failed', fell_back: true },
  { session_id: 's' },
  { session_id: 's', search: 'no', min_cost_usd: 0 },
  { search: 'no' },
  { search: 'req_0' },
  { min_duration_ms: 5 },
  { min_cost_usd: 0, region: 'us-west-2' },
]

test('no question looks at every request or attempt', () => {
  const database = new Database(':memory:')
  migrate(database)
  const history = createHistory(database)
  for (let number = 1; number <= 60; number++) {
    const error = number % 2 ? 'no' : null
    const state = error ? 'failed' : 'complete'
    history.record(
      aRow(number, { created_at: number * HOUR, session_id: 's', state, error, cost_usd: 1 }),
      [anAttempt({ error, outcome: error ? 'rate_limited' : 'ok' })],
    )
  }
  const prepared = spyOn(database, 'prepare')
  ask(createQueries(database))
  const statements = new Set(prepared.mock.calls.map(([sql]) => sql))
  prepared.mockRestore()
  expect(statements.size).toBeGreaterThan(30)
  const scans = [...statements].flatMap((sql) =>
    database
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .filter(({ detail }) => /^SCAN (requests|attempts|r)\b/.test(detail))
      .map(({ detail }) => `${detail}: ${sql}`),
  )
  expect(scans).toEqual([])
  database.close()
})

function ask(queries: ReturnType<typeof createQueries>) {
  const buckets = [bucketsOf(SPAN), { ...SPAN, bucketMs: 30_000 }, { ...SPAN, bucketMs: 12 * HOUR }]
  queries.summary(SPAN)
  queries.topModels(SPAN, 5)
  for (const one of buckets) {
    queries.series(one)
    queries.errors(one)
    queries.targets(one)
  }
  for (const filter of FILTERS) {
    queries.page({ limit: 5, filter })
    queries.page({ limit: 5, offset: 20, filter })
    queries.page({ limit: 5, filter, before: 'req_0031' })
    queries.page({ limit: 5, filter, after: 'req_0031' })
    queries.rows({ limit: 5, filter, behind: { created_at: 31 * HOUR, id: 'req_0031' } })
    queries.neighbours('req_0031', filter)
    queries.facets(filter)
    for (const one of buckets) queries.histogram(filter, one)
  }
  queries.find('req_0031')
  queries.oldest()
  queries.session('s')
  for (const order of SESSION_ORDERS) {
    queries.sessions({ ...SPAN, order, limit: 5, offset: 0 })
  }
}
