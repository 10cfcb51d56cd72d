import { ProxyError } from '../../errors.ts'
import { within } from '../../within.ts'
import { failureFromException } from '../failure.ts'
import type { Call } from '../provider.ts'
import { bodyOf } from '../upstream.ts'
import { collectMessage } from './collect.ts'
import { type AnthropicEvent, encodeEvent } from './events.ts'

/**
 * Reads a foreign answer piece by piece and says the same in Anthropic's events. Nothing is given
 * before there is content, so that an attempt that fails early can be made elsewhere. Both
 * generators throw a ProxyError where the answer is no answer.
 */
export interface Translator<Piece> {
  /** The model has finished; what may follow is the usage. */
  readonly isFinished: boolean
  /** Nothing is missing but the end of the stream. */
  readonly isComplete: boolean
  /** The events that one piece gives. */
  take(piece: Piece): Iterable<AnthropicEvent>
  /** Those that close the message; `isDone`: the service said that this was all. */
  end(isDone: boolean): Iterable<AnthropicEvent>
}

/**
 * The answer to a call as Anthropic would give it: a stream, or a message in one piece. `open`
 * sends the request and gives the pieces of the foreign answer, and `'done'` where the service
 * says that it is complete.
 */
export async function translatedAnswer<Piece>(
  call: Call,
  translation: Translator<Piece>,
  open: (signal: AbortSignal) => Promise<AsyncGenerator<Piece | 'done'>>,
): Promise<Response> {
  // The body we give out may be cancelled while the upstream is silent: only an abort reaches
  // a read that waits.
  const cancelled = new AbortController()
  const signal = AbortSignal.any([call.signal, cancelled.signal])
  const letGo = () => cancelled.abort()
  const { provider } = call.target
  const events = translate(await open(signal), translation, { provider, signal, letGo })
  if (call.request.body.stream === true) return eventStream(events, cancelled)
  return Response.json(collectMessage(await Array.fromAsync(events)))
}

/** A server that has finished gets this long to tell the usage, and that this was all. */
const AFTER_FINISH_MS = 2000
/** And this long to end the stream, once nothing is missing. */
const DRAIN_MS = 250

/** Each chunk becomes events at once. Whatever ends the upstream early is thrown as a ProxyError. */
async function* translate<Piece>(
  chunks: AsyncGenerator<Piece | 'done'>,
  translation: Translator<Piece>,
  { provider, signal, letGo }: { provider: string; signal: AbortSignal; letGo: () => void },
): AsyncGenerator<AnthropicEvent> {
  let isDone = false
  try {
    while (!isDone && !translation.isComplete) {
      const reading = chunks.next()
      const next = translation.isFinished
        ? await within(AFTER_FINISH_MS, orLost(reading, signal))
        : await reading
      if (!next || next.done) break
      if (next.value === 'done') isDone = true
      else yield* translation.take(next.value)
    }
    yield* translation.end(isDone)
    // A connection that is read to its end can carry the next request.
    if (!(await within(DRAIN_MS, toTheEnd(chunks)))) letGo()
  } catch (error) {
    throw failureFromException(provider, error, signal)
  } finally {
    void chunks.return(undefined).catch(() => {})
  }
}

/** Null where the connection is lost: nothing but the usage can be missing. */
async function orLost<T>(reading: Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (signal.aborted || error instanceof ProxyError) throw error
    return null
  }
}

async function toTheEnd(chunks: AsyncGenerator<unknown>): Promise<true> {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // All of the answer is there.
  }
  return true
}

function eventStream(events: AsyncGenerator<AnthropicEvent>, cancelled: AbortController): Response {
  const body = bodyOf(encoded(events), { onCancel: () => cancelled.abort() })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

async function* encoded(events: AsyncGenerator<AnthropicEvent>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const event of events) yield encoder.encode(encodeEvent(event))
}
