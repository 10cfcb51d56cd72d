import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import { SESSION_ORDERS, type SessionOrder } from '../history/answers.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { ApiDeps } from './deps.ts'
import { readSpan, saysSpan } from './span.ts'
import { wholeNumber } from './whole-number.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

/** The conversations: all of them, where no time is named. */
export function sessionsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-sessions' })
    .get('/api/sessions', async ({ query }) => {
      const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
      const offset = wholeNumber('offset', query.offset, 0, Number.MAX_SAFE_INTEGER)
      const order = readOrder(query.order)
      const span = saysSpan(query) ? readSpan(query, now()) : {}
      return Response.json(await reader.sessions({ ...span, order, limit, offset }))
    })
    .get('/api/sessions/:id', async ({ params }) => {
      const session = await reader.session(params.id)
      if (session) return Response.json(session)
      const error = new ProxyError('not_found_error', `There is no session ${params.id}`)
      return renderError(error, newRequestId())
    })
}

function readOrder(text: string | undefined): SessionOrder {
  const order = SESSION_ORDERS.find((name) => name === (text || 'last_seen'))
  if (order) return order
  const message = `order: must be one of ${SESSION_ORDERS.join(', ')}`
  throw new ProxyError('invalid_request_error', message)
}
