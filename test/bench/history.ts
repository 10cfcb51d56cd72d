import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Span } from '../../src/history/answers.ts'
import { openDatabase } from '../../src/history/database.ts'
import { createQueries } from '../../src/history/queries.ts'
import { bucketsOf, previous, RANGES } from '../../src/history/range.ts'
import type { Queries } from '../../src/history/reader.ts'
import { createHistory } from '../../src/history/sqlite.ts'
import { DAYS, type Recorded, traffic } from './traffic.ts'

// Usage: bun test/bench/history.ts 10000 100000 1000000
const NOW = Date.UTC(2026, 10, 22, 13, 17, 5)
const ROUNDS = 9
const BATCH = 10_000
const ALONE = 2000

const sizes = Bun.argv.slice(2).map(Number)
for (const size of sizes.length > 0 ? sizes : [10_000]) await measure(size)

/** Fills a file with so many requests, and prints what each question takes. */
async function measure(size: number) {
  const folder = await mkdtemp(join(tmpdir(), 'claude-proxy-bench-'))
  const { database, release } = openDatabase(join(folder, 'history.db'))
  try {
    const history = createHistory(database)
    const record = (rows: Recorded[]) => {
      for (const { request, attempts } of rows) history.record(request, attempts)
    }
    const together = database.transaction(record)
    const last = fill(size, together)
    const start = performance.now()
    for (const row of last) record([row])
    const perRow = ((performance.now() - start) * 1000) / last.length
    console.log(`\n${size} requests over ${DAYS} days; recording one: ${perRow.toFixed(0)} µs`)
    console.table(Object.entries(questions(createQueries(database))).map(timed))
  } finally {
    database.close()
    release()
    await rm(folder, { recursive: true })
  }
}

/** Records all but the last, which it gives. */
function fill(size: number, together: (rows: Recorded[]) => void): Recorded[] {
  let rows: Recorded[] = []
  let left = size - ALONE
  for (const row of traffic(size, NOW)) {
    rows.push(row)
    if (left > 0 && rows.length === Math.min(BATCH, left)) {
      together(rows)
      left -= rows.length
      rows = []
    }
  }
  return rows
}

function questions(queries: Queries): Record<string, () => unknown> {
  const upTo = (range: number): Span => ({ since: NOW - range, until: NOW })
  const newest = queries.page({ limit: 1 }).requests[0]
  const id = newest?.id ?? ''
  const session = newest?.session_id ?? ''
  const ofSpan = Object.entries(RANGES).flatMap(([name, range]) => {
    const span = upTo(range)
    return Object.entries({
      [`summary ${name}`]: () => queries.summary(span),
      [`summary before ${name}`]: () => queries.summary(previous(span)),
      [`series ${name}`]: () => queries.series(bucketsOf(span)),
      [`top models ${name}`]: () => queries.topModels(span, 5),
      [`errors ${name}`]: () => queries.errors(bucketsOf(span)),
      [`targets ${name}`]: () => queries.targets(bucketsOf(span)),
      [`histogram ${name}`]: () => queries.histogram(span, bucketsOf(span)),
      [`facets ${name}`]: () => queries.facets(span),
    })
  })
  const filters = {
    none: {},
    model: { served_model: 'gpt-5.6' },
    'rare kind': { state: 'interrupted', served_model: 'z-ai/glm-5', stream: false },
    failed: { state: 'failed' },
    session: { session_id: session },
    'long duration': { min_duration_ms: 60_700 },
    'some duration': { min_duration_ms: 10_000 },
    'high cost': { min_cost_usd: 0.29999 },
    'rare text': { search: '(request 7)' },
    'common text': { search: 'overloaded' },
    'no such text': { search: 'nobody ever said this' },
    'part of id': { search: id.slice(0, 12) },
  } as const
  const month = upTo(RANGES['30d'])
  const ofFilter = Object.entries(filters).flatMap(([name, filter]) =>
    Object.entries({
      [`page, ${name}`]: () => queries.page({ limit: 50, filter }),
      [`page far in, ${name}`]: () => queries.page({ limit: 50, offset: 5000, filter }),
      [`next to, ${name}`]: () => queries.neighbours(id, filter),
      [`histogram, ${name}`]: () => queries.histogram(filter, bucketsOf(month)),
      [`facets, ${name}`]: () => queries.facets(filter),
    }),
  )
  const page = { limit: 50, offset: 0 }
  return {
    ...Object.fromEntries(ofSpan),
    ...Object.fromEntries(ofFilter),
    'page at the end': () =>
      queries.page({ limit: 50, offset: queries.page({ limit: 1 }).total - 50 }),
    'rows for an export': () => queries.rows({ limit: 500 }),
    find: () => queries.find(id),
    oldest: () => queries.oldest(),
    session: () => queries.session(session),
    'sessions by time': () => queries.sessions({ ...page, order: 'last_seen' }),
    'sessions by cost': () => queries.sessions({ ...page, order: 'cost_usd' }),
    'sessions by tokens of a week': () =>
      queries.sessions({ ...page, ...upTo(RANGES['7d']), order: 'total_tokens' }),
  }
}

function timed([question, ask]: [string, () => unknown]) {
  ask()
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    ask()
    return performance.now() - start
  }).sort((a, b) => a - b)
  const rounded = (ms = 0) => Math.round(ms * 10) / 10
  const [fastest, median, slowest] = [0, ROUNDS >> 1, -1].map((place) => rounded(times.at(place)))
  return { question, fastest, median, slowest }
}
