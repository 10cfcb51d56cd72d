import { ProxyError } from '../errors.ts'
import { badAnswer } from '../providers/failure.ts'
import type { StreamAnswer } from '../routing/attempt.ts'
import type { Served } from '../routing/fallback.ts'
import type { Watchdog } from '../routing/watchdog.ts'
import { clientGone } from './exchange.ts'
import { MESSAGE_STOP } from './sse.ts'
import { createEventCutter, soundPart } from './whole-events.ts'

export type ServedStream = Served & { answer: StreamAnswer }

/** One upstream's stream, read in whole events that a client may have. */
export interface Reading {
  /** `message_stop` has been handed out, or will be with what `next` just gave. */
  readonly isComplete: boolean
  /** Some more events, perhaps none; a ProxyError once the stream has broken off. */
  next(): Promise<Uint8Array | ProxyError>
  /** Lets the connection go. */
  close(reason: ProxyError): void
}

/** A server that has said everything but "the end" gets this long to say that too. */
const AFTER_STOP_REASON_MS = 2000

/** `signal` is the exchange's: once it is aborted, nothing is complete any more. */
export function createReading(
  { answer, target, attempt }: ServedStream,
  signal: AbortSignal,
  watchdog: Watchdog,
): Reading {
  const { watch, reader } = answer
  const { idleTimeoutMs, requestTimeoutMs } = target.timers
  const cutter = createEventCutter()
  const endBy = performance.now() + requestTimeoutMs - attempt.elapsedMs
  let held: Uint8Array | null = answer.head
  let stopBy: number | null = null
  let isComplete = false

  async function next(): Promise<Uint8Array | ProxyError> {
    try {
      if (watch.failure && !held) throw watch.failure
      const chunk = held ?? (await read())
      held = null
      const whole = cutter.feed(chunk)
      isComplete = watch.isComplete
      return watch.failure || watch.hasTrailer ? soundPart(whole) : whole
    } catch (error) {
      if (signal.aborted || !watch.hasStopReason) return answer.failure(error)
      // All of the answer is there; only its last event, or the end of the connection, is missing.
      isComplete = true
      return MESSAGE_STOP
    }
  }

  async function read(): Promise<Uint8Array> {
    if (watch.hasStopReason) stopBy ??= performance.now() + AFTER_STOP_REASON_MS
    const time = performance.now()
    const silentBy = stopBy ?? time + idleTimeoutMs
    const late =
      endBy < silentBy ? tooLong(target.id, requestTimeoutMs) : stall(target.id, idleTimeoutMs)
    const limitMs = Math.min(silentBy, endBy) - time
    // A stream that never pauses would never be late.
    if (limitMs <= 0) answer.abort(late)
    else watchdog.arm(limitMs, () => answer.abort(late))
    const { done, value } = await reader.read()
    if (done || !value) throw badAnswer(target.id, 'the stream broke off')
    watch.feed(value)
    return value
  }

  return {
    get isComplete() {
      return isComplete
    },
    next,
    close(reason) {
      if (isComplete) void finishReading(answer)
      else answer.abort(reason)
    },
  }
}

/** For the last bytes of an answer that is complete. */
const DRAIN_MS = 250

/** A connection read to its end can carry the next request; one that will not end is closed. */
async function finishReading({ reader, abort }: StreamAnswer) {
  const timer = setTimeout(() => abort(clientGone('has all of the answer')), DRAIN_MS)
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

function tooLong(id: string, ms: number): ProxyError {
  return new ProxyError('timeout_error', `${id}: the stream did not end within ${ms / 1000} s`, {
    outcome: 'silent',
  })
}
