import { type ProxyError, toProxyError } from '../errors.ts'
import { bodyOf } from '../providers/upstream.ts'
import { createWatchdog } from '../routing/watchdog.ts'
import { within } from '../within.ts'
import { clientGone, type Exchange } from './exchange.ts'
import { createReading, type ServedStream } from './reading.ts'
import { PING, sseError } from './sse.ts'
import type { Story } from './story.ts'

export interface RelaySettings {
  /** How long the client may leave us waiting before it reads on. */
  writeTimeoutMs: number
  /** How long the client goes without a byte while somebody is found who carries on. */
  pingAfterMs: number
  /** Null where an answer that breaks off ends with an error. */
  story: Story | null
}

/**
 * An answer that has begun, as a body for the client: its bytes exactly as they come, and where
 * it breaks off, with a `story`, the rest of it from somebody else.
 *
 * The row is written before `message_stop` is handed out: whoever has a whole answer finds it in
 * the history. A failure from here on ends the stream with `event: error`, never in silence.
 */
export function relay(
  first: ServedStream,
  exchange: Exchange,
  settings: RelaySettings,
): ReadableStream<Uint8Array> {
  const stuck = new AbortController()
  const onStuck = () => {
    exchange.clientLeft('stopped reading')
    stuck.abort(exchange.signal.reason)
  }
  return bodyOf(pieces(first, exchange, { ...settings, onStuck }), { broken: stuck.signal })
}

async function* pieces(
  first: ServedStream,
  exchange: Exchange,
  { writeTimeoutMs, pingAfterMs, story, onStuck }: RelaySettings & { onStuck: () => void },
): AsyncGenerator<Uint8Array> {
  const { transcript } = exchange
  const watchdog = createWatchdog()
  let served = first
  let reading = createReading(served, exchange.signal, watchdog)

  function complete() {
    served.flight.succeeded()
    exchange.end({ state: 'complete', status: 200, error: null })
  }

  function breakOff(failure: ProxyError) {
    reading.close(failure)
    if (exchange.hasEnded) return
    story?.brokeOff(served.answer.usage)
    // The deadline of the whole request is met by a target that does not come to an end.
    const isLate = failure.code === 'timeout_error'
    if (isLate || failure.details.outcome !== 'aborted') served.flight.broke(failure)
    served.attempt.failed(failure)
  }

  async function* pinging<T>(promise: Promise<T>): AsyncGenerator<Uint8Array, T> {
    const settling = promise.then((value) => ({ value }))
    for (;;) {
      // A ping is due by then, and shall be taken in that time.
      watchdog.arm(pingAfterMs + writeTimeoutMs, onStuck)
      const settled = await within(pingAfterMs, settling)
      if (settled) return settled.value
      transcript?.hear(PING)
      yield PING
    }
  }

  try {
    while (!reading.isComplete) {
      const next = await reading.next()
      if (next instanceof Uint8Array) {
        const piece = story ? story.tell(next) : next
        transcript?.hear(piece)
        if (reading.isComplete) complete()
        watchdog.arm(writeTimeoutMs, onStuck)
        if (piece.length > 0) yield piece
        continue
      }
      breakOff(next)
      const successor = story && !exchange.signal.aborted ? yield* pinging(story.goOn()) : null
      if (!successor) {
        const failure = exchange.signal.aborted ? toProxyError(exchange.signal.reason) : next
        const last = sseError(failure, exchange.id)
        transcript?.hear(last)
        exchange.end({ state: 'partial', status: 200, error: failure.message })
        transcript?.close()
        yield last
        return
      }
      served = successor
      reading = createReading(served, exchange.signal, watchdog)
    }
  } finally {
    watchdog.stop()
    if (!reading.isComplete) exchange.clientLeft('closed the connection')
    reading.close(clientGone('closed the connection'))
  }
}
