import { ProxyError } from '../errors.ts'
import { bodyOf } from '../providers/upstream.ts'
import { within } from '../within.ts'
import type { Exchange } from './exchange.ts'
import { PING, sseError } from './sse.ts'

/**
 * Claude Code gives up after 300 s without a byte. When nothing has come by `ping_after`, a ping
 * opens the stream; that fixes status 200, so a failure after it travels inside the stream.
 */
export async function withLatePing(
  answering: Promise<Response>,
  exchange: Exchange,
  pingAfterMs: number,
): Promise<Response> {
  const first = await within(pingAfterMs, answering)
  if (first) return first
  exchange.opened()
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'request-id': exchange.id,
  }
  return new Response(bodyOf(pingsThenAnswer(answering, exchange, pingAfterMs)), { headers })
}

async function* pingsThenAnswer(
  answering: Promise<Response>,
  exchange: Exchange,
  pingAfterMs: number,
): AsyncGenerator<Uint8Array> {
  const { transcript } = exchange
  let response: Response | null = null
  while (!response) {
    transcript?.hear(PING)
    yield PING
    response = await within(pingAfterMs, answering)
  }
  if (response.ok && response.body) return yield* response.body
  const { error } = (await response.json()) as { error: { message: string } }
  const last = sseError(new ProxyError('overloaded_error', error.message), exchange.id)
  transcript?.hear(last)
  transcript?.close()
  yield last
}
