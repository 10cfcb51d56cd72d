import { Elysia, NotFoundError } from 'elysia'
import { ProxyError } from '../errors.ts'
import { readFilter } from '../history/filter-query.ts'
import type { History } from '../history/history.ts'
import { newRequestId } from '../messages/exchange.ts'
import { renderError } from '../messages/render.ts'
import type { TargetState } from '../routing/states.ts'
import { type ExportFormat, exportRequests, isExportFormat } from './export.ts'

export interface ApiDeps {
  history: History
  targets: () => TargetState[]
  /**
   * Forgets why a target, or every target of a provider, is not ready. Gives the ids of those that
   * are called so, whatever their state was; none where there is no such target.
   */
  clear(id: string): string[]
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 1000

/** What the dashboard shows, as JSON. */
export function apiRoutes({ history, targets, clear }: ApiDeps) {
  return new Elysia({ name: 'api' })
    .get('/api/requests', ({ query }) => {
      const limit = wholeNumber('limit', query.limit, DEFAULT_LIMIT, MAX_LIMIT)
      const offset = wholeNumber('offset', query.offset, 0, Number.MAX_SAFE_INTEGER)
      const before = query.before ? { before: query.before } : {}
      const filter = readFilter(query)
      const format = readFormat(query.format)
      if (format !== 'json') return exportRequests(history, filter, format)
      return Response.json(history.page({ limit, offset, ...before, filter }))
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
    .post(
      '/api/providers/*',
      ({ params }) => {
        const id = idToClear(params['*'])
        const cleared = clear(id)
        if (cleared.length > 0) return Response.json({ cleared })
        const message = `There is no target and no provider "${id}"; GET /api/providers lists them`
        return renderError(new ProxyError('not_found_error', message), newRequestId())
      },
      { parse: 'none' },
    )
}

function readFormat(text = 'json'): ExportFormat | 'json' {
  if (text === 'json' || isExportFormat(text)) return text
  throw new ProxyError('invalid_request_error', 'format: must be json, csv or jsonl')
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

/**
 * Takes what stands behind `/api/providers/`: a parameter would end at the first slash, and the id
 * of a target has some. They may be percent-encoded or not.
 */
function idToClear(path: string): string {
  const id = /^(.+)\/clear$/.exec(path)?.[1]
  if (id === undefined) throw new NotFoundError()
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
