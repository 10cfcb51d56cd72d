import type { ProxyError } from '../errors.ts'

/** The one place that shows an error to a client of `/v1`, in Anthropic's shape. */
export function renderError(
  error: ProxyError,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const { code, message, status, details } = error
  return Response.json(
    { type: 'error', error: { ...details.body, type: code, message }, request_id: requestId },
    { status, headers: { ...headers, ...details.headers, 'request-id': requestId } },
  )
}
