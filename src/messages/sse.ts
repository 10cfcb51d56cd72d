import type { ProxyError } from '../errors.ts'

const encoder = new TextEncoder()

/** One server-sent event in Anthropic's form; the official SDKs ignore events without a name. */
export function sseEvent(type: string, data: unknown): Uint8Array {
  return encoder.encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
}

export const PING = sseEvent('ping', { type: 'ping' })
export const MESSAGE_STOP = sseEvent('message_stop', { type: 'message_stop' })

/**
 * How a failure ends a stream that has begun. Claude Code asks again in the same way after an
 * `overloaded_error`; after an `api_error` it gives up streaming.
 */
export function sseError({ code, message, details }: ProxyError, requestId: string): Uint8Array {
  const type = code === 'api_error' || code === 'timeout_error' ? 'overloaded_error' : code
  const error = { ...details.body, type, message }
  return sseEvent('error', { type: 'error', error, request_id: requestId })
}
