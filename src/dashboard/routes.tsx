import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Overview } from '../../views/pages/overview.tsx'
import { Providers } from '../../views/pages/providers.tsx'
import { RequestDetail } from '../../views/pages/request.tsx'
import { Requests } from '../../views/pages/requests.tsx'
import { ProxyError } from '../errors.ts'
import type { Filter } from '../history/filter.ts'
import type { History } from '../history/history.ts'
import type { TargetState } from '../routing/states.ts'
import { serveAsset } from './assets.ts'
import { countPages, filterOf, readTableQuery, requestsUrl, type TableQuery } from './query.ts'
import { respond, respondError } from './respond.tsx'

export interface DashboardDeps {
  history: History
  targets: () => TargetState[]
  /** Forgets why this target is not ready; gives no id where there is no such target. */
  clear(id: string): string[]
  /** Unix ms. */
  now: () => number
}

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE
const LATEST = 10

/** The pages a person reads, and the three files they need. */
export function dashboardRoutes({ history, targets, clear, now }: DashboardDeps) {
  return new Elysia({ name: 'dashboard' })
    .get('/', ({ request }) => {
      const { requests } = history.page({ limit: LATEST, offset: 0 })
      return respond(request, {
        title: 'Overview',
        section: 'overview',
        liveUrl: '/',
        content: (
          <Overview
            summary={history.summary(now() - DAY)}
            latest={requests}
            targets={targets()}
            host={request.headers.get('host') ?? new URL(request.url).host}
          />
        ),
      })
    })

    .get('/requests', ({ request, query }) => {
      const minute = Math.floor(now() / MINUTE) * MINUTE
      const asked = readTableQuery(query)
      const { table, page } = readTable(history, asked, filterOf(asked, minute))
      return respond(request, {
        title: 'Requests',
        section: 'requests',
        liveUrl: requestsUrl(table),
        content: (
          <Requests
            summary={history.summary()}
            requests={page.requests}
            total={page.total}
            query={table}
            choices={choicesOf(targets())}
            pages={countPages(page.total, table.size)}
            minute={minute}
          />
        ),
      })
    })

    .get('/requests/:id', ({ request, params }) => {
      const found = history.find(params.id)
      if (!found) {
        return respondError(
          request,
          new ProxyError('not_found_error', `There is no request ${params.id} in the history.`),
        )
      }
      return respond(request, {
        title: `Request ${found.id}`,
        section: 'requests',
        liveUrl: null,
        content: <RequestDetail request={found} />,
      })
    })

    .get('/providers', ({ request }) =>
      respond(request, {
        title: 'Providers',
        section: 'providers',
        liveUrl: '/providers',
        content: <Providers targets={targets()} />,
      }),
    )

    .post(
      '/providers/:id/clear',
      ({ request, params }) => {
        if (clear(params.id).length === 0) {
          const message = `There is no target ${params.id} any more.`
          return respondError(request, new ProxyError('not_found_error', message))
        }
        // htmx follows it as a browser does, and gets the content of the page as it is now.
        return new Response(null, { status: 303, headers: { location: '/providers' } })
      },
      { parse: 'none' },
    )

    .get(
      '/assets/:name',
      ({ request, params, query }) =>
        serveAsset(params.name, query.v) ??
        respondError(request, new ProxyError('not_found_error', 'There is no such file.')),
    )
}

/** The page that was asked for, or the last one there is. */
function readTable(history: History, query: TableQuery, filter: Filter) {
  const read = (number: number) =>
    history.page({ limit: query.size, offset: (number - 1) * query.size, filter })
  const page = read(query.page)
  const last = countPages(page.total, query.size)
  if (query.page <= last) return { table: query, page }
  return { table: { ...query, page: last }, page: read(last) }
}

function choicesOf(targets: readonly TargetState[]) {
  return {
    providers: [...new Set(targets.map(({ provider }) => provider))],
    models: [...new Set(targets.map(({ model }) => model))],
  }
}
