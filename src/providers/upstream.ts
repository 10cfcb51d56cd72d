import { failureFromException } from './failure.ts'

/**
 * The one fetch to the outside.
 *
 * - `timeout: false`: Bun ends a silent connection after about 360 s; we have timers of our own.
 * - `redirect: 'manual'`: Bun carries `x-api-key` and `x-amz-security-token` to another origin, so
 *   a redirect is a failure, not something to follow.
 *
 * Throws a ProxyError with outcome `reset`, `unreachable`, or the reason `signal` was aborted with.
 */
export async function fetchUpstream(
  provider: string,
  url: string,
  init: { method: string; headers: Headers; body: string | Uint8Array; signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', timeout: false } as RequestInit)
  } catch (error) {
    throw failureFromException(provider, error, init.signal)
  }
}

const ERROR_BODY_BYTES = 64 * 1024

/** The text of an error body, at most 64 KB of it: a refusal must not cost us memory or time. */
export async function readErrorBody(response: Response): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= ERROR_BODY_BYTES) break
    }
  } catch {
    // What came until the connection ended still says more than nothing.
  }
  return text
}

/** Parses what may be JSON; undefined where it is not. */
export function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
