import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Overview } from '../../views/pages/overview.tsx'
import { Providers } from '../../views/pages/providers.tsx'
import { RequestDetail } from '../../views/pages/request.tsx'
import { Requests } from '../../views/pages/requests.tsx'
import { ProxyError } from '../errors.ts'
import type { History } from '../history/history.ts'
import type { TargetState } from '../routing/states.ts'
import { serveAsset } from './assets.ts'
import { countPages, readPaging, requestsUrl } from './query.ts'
import { respond, respondError } from './respond.tsx'

export interface DashboardDeps {
  history: History
  targets: () => TargetState[]
  /** Forgets why this target is not ready; gives no id where there is no such target. */
  clear(id: string): string[]
  /** Unix ms. */
  now: () => number
}

const DAY = 24 * 60 * 60 * 1000
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
      const summary = history.summary()
      const asked = readPaging(query)
      const pages = countPages(summary.requests, asked.size)
      const paging = { size: asked.size, page: Math.min(asked.page, pages) }
      const { requests } = history.page({
        limit: paging.size,
        offset: (paging.page - 1) * paging.size,
      })
      return respond(request, {
        title: 'Requests',
        section: 'requests',
        liveUrl: requestsUrl(paging),
        content: <Requests summary={summary} requests={requests} paging={paging} pages={pages} />,
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
