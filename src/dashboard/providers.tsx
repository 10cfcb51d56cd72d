import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Providers } from '../../views/pages/providers.tsx'
import { ProxyError } from '../errors.ts'
import { bucketsOf, RANGES } from '../history/range.ts'
import { within } from '../within.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { respond, respondError } from './respond.tsx'
import { withHistory } from './target-history.ts'

/** Half an hour each. */
const MOST_BUCKETS = 48
/** A test that takes longer goes on; the page shows its result when it is there. */
const PATIENCE_MS = 3000

/** Every target with how it is and was, and what can be done about it. */
export function providersPage(deps: DashboardDeps) {
  const { reader, revision, targets, now, clear, pause, resume, test } = deps

  async function act(request: Request, action: () => unknown): Promise<Response> {
    try {
      await action()
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error
      return respondError(request, error)
    }
    // htmx follows it as a browser does, and gets the content of the page as it is now.
    return new Response(null, { status: 303, headers: { location: '/providers' } })
  }

  return new Elysia({ name: 'providers' })
    .get('/providers', ({ request }) => {
      const states = targets()
      const minute = endOfMinute(now())
      return respond(request, {
        title: 'Providers',
        section: 'providers',
        liveUrl: '/providers',
        problem: deps.problem(),
        token: [revision(), minute, states],
        async content() {
          const day = { since: minute - RANGES['24h'], until: minute }
          const histories = await reader.targets(bucketsOf(day, MOST_BUCKETS))
          return <Providers targets={withHistory(states, histories)} />
        },
      })
    })
    .post(
      '/providers/:id/clear',
      ({ request, params: { id } }) => act(request, () => known(id, clear(id))),
      {
        parse: 'none',
      },
    )
    .post(
      '/providers/:id/pause',
      ({ request, params: { id } }) => act(request, () => known(id, pause(id))),
      {
        parse: 'none',
      },
    )
    .post(
      '/providers/:id/resume',
      ({ request, params: { id } }) => act(request, () => known(id, resume(id))),
      {
        parse: 'none',
      },
    )
    .post(
      '/providers/:id/test',
      ({ request, params: { id } }) => act(request, () => within(PATIENCE_MS, test(id))),
      {
        parse: 'none',
      },
    )
}

function known(id: string, ids: string[]): void {
  if (ids.length > 0) return
  throw new ProxyError('not_found_error', `There is no target ${id} any more.`)
}
