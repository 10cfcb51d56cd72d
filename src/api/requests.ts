import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { ApiDeps } from './deps.ts'
import { type ExportFormat, exportRequests, isExportFormat } from './export.ts'
import { readTimedFilter } from './span.ts'
import { wholeNumber } from './whole-number.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

/** The requests in the history, as JSON or as a file. */
export function requestsApi({ reader, now }: Pick<ApiDeps, 'reader' | 'now'>) {
  return new Elysia({ name: 'api-requests' })
    .get('/api/requests', async ({ query }) => {
      const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
      const offset = wholeNumber('offset', query.offset, 0, Number.MAX_SAFE_INTEGER)
      const place = readPlace(query)
      const filter = readTimedFilter(query, now())
      const format = readFormat(query.format)
      if (format !== 'json') return exportRequests(reader, filter, format)
      return Response.json(await reader.page({ limit, offset, ...place, filter }))
    })
    .get('/api/requests/:id', async ({ params }) => {
      const request = await reader.find(params.id)
      return request ? Response.json(request) : notFound(`There is no request ${params.id}`)
    })
    .get('/api/requests/:id/payload', async ({ params }) => {
      const payload = await reader.payload(params.id)
      return payload ? Response.json(payload) : notFound(nothingKept(params.id))
    })
}

function nothingKept(id: string): string {
  return `Nothing is kept of what ${id} and its answer said; history.payloads: all (or errors) keeps it from then on`
}

function notFound(message: string): Response {
  return renderError(new ProxyError('not_found_error', message), newRequestId())
}

/** The page next to a request; on both sides of one there is none. */
function readPlace({ before, after }: Record<string, string | undefined>) {
  if (before && after) {
    throw new ProxyError('invalid_request_error', 'before and after: only one of them can be used')
  }
  return { ...(before && { before }), ...(after && { after }) }
}

function readFormat(text = 'json'): ExportFormat | 'json' {
  if (text === 'json' || isExportFormat(text)) return text
  throw new ProxyError('invalid_request_error', 'format: must be json, csv or jsonl')
}
