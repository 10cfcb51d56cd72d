import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Providers } from '../../views/pages/providers.tsx'
import { ProxyError } from '../errors.ts'
import type { DashboardDeps } from './deps.ts'
import { respond, respondError } from './respond.tsx'

/** Every target with how it is, and what can be done about it. */
export function providersPage({ targets, clear }: DashboardDeps) {
  return new Elysia({ name: 'providers' })
    .get('/providers', ({ request }) => {
      const states = targets()
      return respond(request, {
        title: 'Providers',
        section: 'providers',
        liveUrl: '/providers',
        token: states,
        content: () => <Providers targets={states} />,
      })
    })

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
}
