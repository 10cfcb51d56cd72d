import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { RequestDetail } from '../../views/pages/request.tsx'
import { ProxyError } from '../errors.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { filterOf, readTableQuery } from './query.ts'
import { respond, respondError } from './respond.tsx'

/** All that is known of one request, and the way to those next to it in the list it was opened from. */
export function requestPage({ reader, targets, now }: DashboardDeps) {
  return new Elysia({ name: 'request' }).get(
    '/requests/:id',
    async ({ request, params, query }) => {
      const found = await reader.find(params.id)
      if (!found) return respondError(request, noRequest(params.id))
      const list = readTableQuery(query)
      const [neighbours, payload] = await Promise.all([
        reader.neighbours(found.id, filterOf(list, endOfMinute(now()))),
        reader.payload(found.id),
      ])
      const narrowed = new URLSearchParams(list.narrowed).toString()
      return respond(request, {
        title: `Request ${found.id}`,
        section: 'requests',
        liveUrl: null,
        token: [found.id, neighbours],
        content: () => (
          <RequestDetail
            request={found}
            payload={payload}
            {...neighbours}
            search={narrowed && `?${narrowed}`}
            targets={targets()}
            origin={originOf(request)}
          />
        ),
      })
    },
  )
}

/** Where the browser reached us, by its Host, which was checked at the door. */
export function originOf({ url, headers }: Request): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${headers.get('host') ?? host}`
}

/** The error of a page about a request that is not there. */
export function noRequest(id: string): ProxyError {
  return new ProxyError('not_found_error', `There is no request ${id} in the history.`)
}
