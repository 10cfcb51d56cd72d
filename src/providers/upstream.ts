import { ProxyError } from '../errors.ts'
import type { CountTokensBody } from '../messages/request.ts'
import { watchConnection } from './connection.ts'
import { failureFromException } from './failure.ts'
import type { Call } from './provider.ts'

/** What a call says about its sending, whatever is sent. */
export type Sending = Omit<Call<CountTokensBody>, 'request'>

/**
 * The one fetch to the outside, of all lanes.
 *
 * - `timeout: false`: Bun ends a silent connection after about 360 s; we have timers of our own.
 * - `redirect: 'manual'`: Bun carries `x-api-key` and `x-amz-security-token` to another origin, so
 *   a redirect is a failure, not something to follow.
 *
 * Throws a ProxyError with outcome `reset`, `unreachable`, or the reason the call was aborted with.
 */
export async function fetchUpstream(
  provider: string,
  url: string,
  init: { method: string; headers: Headers; body: string | Uint8Array },
  { target, signal: given, isFresh = false, heard }: Sending,
): Promise<Response> {
  const { connectTimeoutMs } = target.timers
  const unconnected = new AbortController()
  const signal = AbortSignal.any([given, unconnected.signal])
  const stopWatching = watchConnection(url, connectTimeoutMs, () =>
    unconnected.abort(noConnection(provider, url, connectTimeoutMs)),
  )
  try {
    const options = { signal, redirect: 'manual', timeout: false, keepalive: !isFresh }
    const response = await fetch(url, { ...init, ...options } as RequestInit)
    heard?.(response.headers)
    return response
  } catch (error) {
    throw failureFromException(provider, error, signal)
  } finally {
    stopWatching()
  }
}

function noConnection(provider: string, url: string, ms: number): ProxyError {
  const text = `${provider}: no connection to ${new URL(url).host} within ${ms / 1000} s (connect_timeout)`
  return new ProxyError('api_error', text, { outcome: 'unreachable' })
}

/** The text of a body, up to a size in bytes; `isWhole` tells whether that was all of it. */
export async function readText(
  response: Response,
  maxBytes: number,
): Promise<{ text: string; isWhole: boolean }> {
  const { headers } = response
  // Bun reads a body of known length itself, which is cheaper than chunk by chunk. The length of a
  // compressed one says nothing.
  const length = headers.has('content-encoding') ? null : headers.get('content-length')
  if (length !== null && Number(length) <= maxBytes) {
    return { text: await response.text(), isWhole: true }
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) return { text: decode(chunks), isWhole: false }
  }
  return { text: decode(chunks), isWhole: true }
}

function decode(chunks: Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(chunks))
}

const SHORT_BODY_BYTES = 64 * 1024

/** The text of a refusal or of a mere number, or as much of it as came: neither may cost memory. */
export async function readShortBody(response: Response): Promise<string> {
  try {
    return (await readText(response, SHORT_BODY_BYTES)).text
  } catch {
    return ''
  }
}

/**
 * A body that makes its next piece when it is asked for. `new Response(generator)` would read ahead,
 * and lose what it holds when the generator throws. A generator that waits for a silent upstream
 * does not hear `return`, so whoever can end that wait does it in `onCancel`. Aborting `broken`
 * ends the body, and the connection it goes out on, at once.
 */
export function bodyOf(
  pieces: AsyncGenerator<Uint8Array>,
  { onCancel, broken }: { onCancel?: () => void; broken?: AbortSignal } = {},
): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      start(controller) {
        broken?.addEventListener('abort', () => controller.error(broken.reason), { once: true })
      },
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        onCancel?.()
        // Whatever it throws on its way out, nobody listens any more.
        pieces.return(undefined).catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}
