import { Elysia } from 'elysia'
import { ProxyError } from '../errors.ts'
import { readFilter } from '../history/filter-query.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { ApiDeps } from './deps.ts'
import { type ExportFormat, exportRequests, isExportFormat } from './export.ts'
import { wholeNumber } from './whole-number.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

/** The requests in the history, as JSON or as a file. */
export function requestsApi({ reader }: Pick<ApiDeps, 'reader'>) {
  return new Elysia({ name: 'api-requests' })
    .get('/api/requests', async ({ query }) => {
      const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
      const offset = wholeNumber('offset', query.offset, 0, Number.MAX_SAFE_INTEGER)
      const before = query.before ? { before: query.before } : {}
      const filter = readFilter(query)
      const format = readFormat(query.format)
      if (format !== 'json') return exportRequests(reader, filter, format)
      return Response.json(await reader.page({ limit, offset, ...before, filter }))
    })
    .get('/api/requests/:id', async ({ params }) => {
      const request = await reader.find(params.id)
      if (request) return Response.json(request)
      const error = new ProxyError('not_found_error', `There is no request ${params.id}`)
      return renderError(error, newRequestId())
    })
}

function readFormat(text = 'json'): ExportFormat | 'json' {
  if (text === 'json' || isExportFormat(text)) return text
  throw new ProxyError('invalid_request_error', 'format: must be json, csv or jsonl')
}
