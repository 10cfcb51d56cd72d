import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import type { History } from '../history/history.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { TargetState } from '../routing/states.ts'

export interface ApiDeps {
  history: History
  targets: () => TargetState[]
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

/** What the dashboard shows, as JSON. */
export function apiRoutes({ history, targets }: ApiDeps) {
  return new Elysia({ name: 'api' })
    .get('/api/requests', ({ query }) => {
      const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
      const offset = wholeNumber('offset', query.offset, 0, Number.MAX_SAFE_INTEGER)
      const before = query.before ? { before: query.before } : {}
      return Response.json(history.page({ limit, offset, ...before }))
    })
    .get('/api/requests/:id', ({ params }) => {
      const request = history.find(params.id)
      if (request) return Response.json(request)
      const error = new ProxyError('not_found_error', `There is no request ${params.id}`)
      return renderError(error, newRequestId())
    })
    .get('/api/stats', ({ query }) => {
      const since = wholeNumber('since', query.since, 0, Number.MAX_SAFE_INTEGER)
      return Response.json(history.summary(since))
    })
    .get('/api/providers', () => Response.json({ targets: targets() }))
}

function wholeNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  most: number,
): number {
  if (text === undefined) return fallback
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= most) return number
  throw new ProxyError('invalid_request_error', `${name}: must be a whole number from 0 to ${most}`)
}
