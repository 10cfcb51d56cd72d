import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { RequestDetail } from '../../views/pages/request.tsx'
import { ProxyError } from '../errors.ts'
import type { DashboardDeps } from './deps.ts'
import { respond, respondError } from './respond.tsx'

/** All that is known of one request. */
export function requestPage({ reader }: DashboardDeps) {
  return new Elysia({ name: 'request' }).get('/requests/:id', async ({ request, params }) => {
    const found = await reader.find(params.id)
    if (!found) {
      const message = `There is no request ${params.id} in the history.`
      return respondError(request, new ProxyError('not_found_error', message))
    }
    return respond(request, {
      title: `Request ${found.id}`,
      section: 'requests',
      liveUrl: null,
      token: found.id,
      content: () => <RequestDetail request={found} />,
    })
  })
}
