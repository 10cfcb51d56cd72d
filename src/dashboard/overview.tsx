import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Overview } from '../../views/pages/overview.tsx'
import { bucketsOf, previous, type Range, readRange } from '../history/range.ts'
import type { Reader } from '../history/reader.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { respond } from './respond.tsx'

const LATEST = 5
const TOP = 5
const ERRORS = 4
/** As many as can be told apart, and as few as the page stays small with. */
const BUCKETS = 40

/** How it all goes, at a glance. */
export function overviewPage({ reader, revision, problem, targets, now }: DashboardDeps) {
  return new Elysia({ name: 'overview' }).get('/', ({ request, query }) => {
    const minute = endOfMinute(now())
    const range = readRange(query, minute)
    const states = targets()
    const asked = new URLSearchParams(range.query)
    return respond(request, {
      title: 'Overview',
      section: 'overview',
      liveUrl: asked.size > 0 ? `/?${asked}` : '/',
      problem: problem(),
      token: [revision(), minute, states],
      content: async () => (
        <Overview
          {...(await read(reader, range))}
          range={range}
          targets={states}
          host={request.headers.get('host') ?? new URL(request.url).host}
        />
      ),
    })
  })
}

async function read(reader: Reader, range: Range) {
  const { since, until } = range
  const buckets = bucketsOf(range, BUCKETS)
  const oldest = await reader.oldest()
  // What the history holds only a part of is nothing to compare with.
  const isWhole = oldest !== null && oldest <= previous(range).since
  const [summary, before, series, models, { sessions }, groups, latest] = await Promise.all([
    reader.summary({ since, until }),
    isWhole ? reader.summary(previous(range)) : null,
    reader.series(buckets),
    reader.topModels({ since, until }, TOP),
    reader.sessions({ since, until, order: 'cost_usd', limit: TOP, offset: 0 }),
    reader.errors(buckets),
    reader.rows({ limit: LATEST }),
  ])
  const errors = groups.toSorted((a, b) => b.last_seen - a.last_seen).slice(0, ERRORS)
  return { summary, before, series, models, sessions, errors, latest }
}
