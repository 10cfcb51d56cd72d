import { Elysia } from 'elysia'
import { callOf, curlCommand } from '../../views/curl.ts'
import { ProxyError } from '../errors.ts'
import type { DashboardDeps } from './deps.ts'
import { noRequest, originOf } from './request.tsx'
import { respondError, SECURITY_HEADERS } from './respond.tsx'

/** What the page of a request has to copy, whole, however long it is. */
export function requestFiles({ reader }: Pick<DashboardDeps, 'reader'>) {
  return new Elysia({ name: 'request-files' })
    .get('/requests/:id/curl', async ({ request, params }) => {
      const found = await reader.find(params.id)
      if (!found) return respondError(request, noRequest(params.id))
      const payload = await reader.payload(found.id)
      const { call } = callOf(found, payload, originOf(request))
      return file(curlCommand(call), 'text/plain; charset=utf-8')
    })

    .get('/requests/:id/body', async ({ request, params }) => {
      const kept = (await reader.payload(params.id))?.request ?? null
      if (kept) return file(kept.text, 'application/json')
      const message = `No body of ${params.id} was kept.`
      return respondError(request, new ProxyError('not_found_error', message))
    })
}

function file(text: string, type: string): Response {
  const headers = { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store' }
  return new Response(text, { headers })
}
