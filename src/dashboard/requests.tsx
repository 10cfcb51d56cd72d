import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Arrivals } from '../../views/components/arrivals.tsx'
import { Requests } from '../../views/pages/requests.tsx'
import type { Filter } from '../history/filter.ts'
import { bucketsOf } from '../history/range.ts'
import type { Reader } from '../history/reader.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { filterOf, readTableQuery, requestsUrl } from './query.ts'
import { respond } from './respond.tsx'
import { readTable } from './table.ts'

/** Every request there was, page by page. */
export function requestsPage({ reader, revision, problem, now }: DashboardDeps) {
  return new Elysia({ name: 'requests' })
    .get('/requests', ({ request, query }) => {
      const asked = readTableQuery(query)
      const minute = endOfMinute(now())
      return respond(request, {
        title: 'Requests',
        section: 'requests',
        liveUrl: requestsUrl(asked),
        problem: problem(),
        token: [revision(), minute],
        async content() {
          const filter = filterOf(asked, minute)
          const [page, facets, oldest] = await Promise.all([
            readTable(reader, asked, filter),
            reader.facets(filter),
            reader.oldest(),
          ])
          return (
            <Requests
              query={asked}
              page={page}
              facets={facets}
              histogram={await readHistogram(reader, filter, oldest, endOfMinute(now() + 1))}
              oldest={oldest}
              minute={minute}
              made={now()}
            />
          )
        },
      })
    })
    .get('/requests/new', ({ request, query }) => {
      const asked = readTableQuery(query)
      return respond(request, {
        title: 'New requests',
        section: 'requests',
        liveUrl: null,
        token: [request.url, revision()],
        async content() {
          // From the same moment on as then: what has left the range meanwhile must not be missed.
          const filter = filterOf(asked, wholeNumber(query.made) ?? endOfMinute(now()))
          const { total } = await reader.page({ limit: 1, filter })
          return <Arrivals query={asked} count={total - (wholeNumber(query.seen) ?? total)} />
        },
      })
    })
}

/** Over the time the filter is about, as far as there are requests in it; null where there is none. */
async function readHistogram(reader: Reader, filter: Filter, oldest: number | null, now: number) {
  if (oldest === null) return null
  const since = Math.max(oldest, filter.since ?? oldest)
  const until = Math.min(now, filter.until ?? now)
  if (since >= until) return null
  return { since, until, ...(await reader.histogram(filter, bucketsOf({ since, until }))) }
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
