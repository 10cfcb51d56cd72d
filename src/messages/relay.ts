import { ProxyError } from '../errors.ts'
import { badAnswer } from '../providers/failure.ts'
import { bodyOf } from '../providers/upstream.ts'
import type { StreamAnswer } from '../routing/attempt.ts'
import type { Served } from '../routing/fallback.ts'
import { createWatchdog } from '../routing/watchdog.ts'
import { clientGone, type Exchange } from './exchange.ts'
import { MESSAGE_STOP, sseError } from './sse.ts'
import { createEventCutter } from './whole-events.ts'

/** A server that has said everything but "the end" gets this long to say that too. */
const AFTER_STOP_REASON_MS = 2000

type ServedStream = Served & { answer: StreamAnswer }

/**
 * An answer that has begun, as a body for the client: its bytes exactly as they come.
 *
 * The row is written before `message_stop` is handed out: whoever has a whole answer finds it in
 * the history. A failure from here on ends the stream with `event: error`, never in silence.
 * `writeTimeoutMs` is how long the client may leave us waiting before it reads on.
 */
export function relay(
  served: ServedStream,
  exchange: Exchange,
  writeTimeoutMs: number,
): ReadableStream<Uint8Array> {
  const stuck = new AbortController()
  const onStuck = () => {
    const error = clientGone('stopped reading')
    endAsGone(exchange, error)
    served.answer.abort(error)
    stuck.abort(error)
  }
  return bodyOf(pieces(served, exchange, { writeTimeoutMs, onStuck }), { broken: stuck.signal })
}

async function* pieces(
  { answer, target, attempt, flight }: ServedStream,
  exchange: Exchange,
  { writeTimeoutMs, onStuck }: { writeTimeoutMs: number; onStuck: () => void },
): AsyncGenerator<Uint8Array> {
  const { watch } = answer
  const watchdog = createWatchdog()

  function complete() {
    flight.succeeded()
    exchange.end({ state: 'complete', status: 200, error: null })
  }

  function breakOff(failure: ProxyError) {
    if (exchange.hasEnded) return
    attempt.failed(failure)
    if (failure.details.outcome !== 'aborted') flight.broke(failure)
    exchange.end({ state: 'partial', status: 200, error: failure.message })
  }

  const cutter = createEventCutter()
  try {
    let chunk: Uint8Array | null = answer.head
    while (chunk) {
      const whole = cutter.feed(chunk)
      if (watch.isComplete) complete()
      else if (watch.failure) breakOff(answer.failure(watch.failure))
      watchdog.arm(writeTimeoutMs, onStuck)
      if (whole.length > 0) yield watch.failure ? redacted(whole, exchange) : whole
      // Some servers keep the connection open after the end.
      if (watch.isComplete || watch.failure) return
      const limitMs = watch.hasStopReason ? AFTER_STOP_REASON_MS : target.timers.idleTimeoutMs
      watchdog.arm(limitMs, () => answer.abort(stall(target.id, limitMs)))
      chunk = await nextChunk(answer)
    }
    throw badAnswer(target.id, 'the stream broke off')
  } catch (error) {
    if (exchange.signal.aborted || !watch.hasStopReason) {
      const failure = answer.failure(error)
      breakOff(failure)
      yield sseError(failure, exchange.id)
      return
    }
    // All of the answer is there; only its last event, or the end of the connection, is missing.
    complete()
    yield MESSAGE_STOP
  } finally {
    watchdog.stop()
    if (watch.isComplete) void finishReading(answer)
    else {
      const error = clientGone('closed the connection')
      endAsGone(exchange, error)
      answer.abort(error)
    }
  }
}

async function nextChunk({ reader, watch }: StreamAnswer): Promise<Uint8Array | null> {
  const { done, value } = await reader.read()
  if (done || !value) return null
  watch.feed(value)
  return value
}

/** Ends an exchange that nothing else has ended. */
function endAsGone(exchange: Exchange, { status, message }: ProxyError) {
  exchange.end({ state: 'client_closed', status, error: message })
}

/** An error event may quote a key; nothing else an upstream sends has a reason to. */
function redacted(chunk: Uint8Array, exchange: Exchange): Uint8Array {
  return new TextEncoder().encode(exchange.redact(new TextDecoder().decode(chunk)))
}

/** A connection read to its end can carry the next request; one that will not end is closed. */
async function finishReading({ reader, abort }: StreamAnswer) {
  const timer = setTimeout(() => abort(clientGone('has all of the answer')), 1000)
  try {
    while (!(await reader.read()).done);
  } catch {
    // Nobody is left to tell.
  } finally {
    clearTimeout(timer)
  }
}

function stall(id: string, ms: number): ProxyError {
  return new ProxyError('timeout_error', `${id}: the stream was silent for ${ms / 1000} s`, {
    outcome: 'silent',
  })
}
