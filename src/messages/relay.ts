import { ProxyError } from '../errors.ts'
import { badAnswer } from '../providers/failure.ts'
import type { StreamAnswer } from '../routing/attempt.ts'
import type { Target } from '../routing/target.ts'
import { createWatchdog } from '../routing/watchdog.ts'
import type { Exchange } from './exchange.ts'
import { MESSAGE_STOP, sseError } from './sse.ts'

export interface RelaySettings {
  target: Target
  /** How long the client may leave us waiting before it reads on, in ms. */
  writeTimeoutMs: number
  /** Hears of an answer that broke off through the target's fault. */
  onBreak(error: ProxyError): void
}

/**
 * An answer that has begun, as bytes for the client, exactly as they come.
 *
 * The row is written before `message_stop` is handed out: whoever has a whole answer finds it in
 * the history. A failure from here on ends the stream with `event: error`, never in silence.
 */
export async function* relay(
  answer: StreamAnswer,
  exchange: Exchange,
  settings: RelaySettings,
): AsyncGenerator<Uint8Array> {
  const { watch } = answer
  const watchdog = createWatchdog()
  try {
    let chunk: Uint8Array | null = answer.head
    while (chunk) {
      if (watch.isComplete) complete(exchange)
      else if (watch.failure) breakOff(exchange, settings, watch.failure)
      watchdog.arm(settings.writeTimeoutMs, () => leave(answer, exchange, 'stopped reading'))
      yield chunk
      // Some servers keep the connection open after the end.
      if (watch.isComplete || watch.failure) return
      watchdog.arm(settings.target.timers.idleTimeoutMs, () => answer.abort(stall(settings.target)))
      chunk = await nextChunk(answer)
    }
    if (!watch.hasStopReason) throw badAnswer(settings.target.id, 'the stream broke off')
    complete(exchange)
    yield MESSAGE_STOP
  } catch (error) {
    const failure = answer.failure(error)
    // A client that left needs no farewell; its row is written already.
    if (failure.code === 'client_closed') return
    breakOff(exchange, settings, failure)
    yield sseError(failure, exchange.id)
  } finally {
    watchdog.stop()
    leave(answer, exchange, 'closed the connection')
  }
}

async function nextChunk({ reader, watch }: StreamAnswer): Promise<Uint8Array | null> {
  const { done, value } = await reader.read()
  if (done || !value) return null
  watch.feed(value)
  return value
}

function complete(exchange: Exchange) {
  exchange.end({ state: 'complete', status: 200, error: null })
}

function breakOff(exchange: Exchange, settings: RelaySettings, failure: ProxyError) {
  if (failure.details.outcome !== 'aborted') settings.onBreak(failure)
  exchange.end({ state: 'partial', status: 200, error: failure.message })
}

/** After the end this changes nothing more about the row, and only lets go of the upstream. */
function leave(answer: StreamAnswer, exchange: Exchange, how: string) {
  exchange.end({ state: 'client_closed', status: 499, error: `the client ${how}` })
  if (answer.watch.isComplete) void finishReading(answer)
  else answer.abort()
}

/** A connection read to its end can carry the next request; one that will not end is closed. */
async function finishReading({ reader, abort }: StreamAnswer) {
  const timer = setTimeout(abort, 1000)
  try {
    while (!(await reader.read()).done);
  } catch {
    // Nobody is left to tell.
  } finally {
    clearTimeout(timer)
  }
}

function stall({ id, timers }: Target): ProxyError {
  const seconds = timers.idleTimeoutMs / 1000
  return new ProxyError('timeout_error', `${id}: the stream was silent for ${seconds} s`, {
    outcome: 'silent',
  })
}
