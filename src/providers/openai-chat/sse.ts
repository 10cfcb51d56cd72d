import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { tryParse } from '../../json.ts'
import { failureInAnswer, readCompletion } from './refusal.ts'
import type { Completion } from './wire.ts'

/**
 * The chunks of a stream, and `'done'` where the provider says so.
 *
 * The openai package has a reader of its own; it tells neither a missing `[DONE]` from a cut
 * connection nor an abort from an end, which is what the routing has to know.
 */
export async function* readChunks(
  provider: string,
  body: ReadableStream<Uint8Array>,
  headers: Headers,
): AsyncGenerator<Completion | 'done'> {
  for await (const { event, data } of readEvents(body)) {
    if (data.trim() === '[DONE]') {
      yield 'done'
      return
    }
    // Groq ends a stream so.
    if (event === 'error') throw failureInAnswer(provider, tryParse(data) ?? data, headers)
    yield readCompletion(provider, data, headers)
  }
}

/** The events of a stream, as they come. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<EventSourceMessage> {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const decoder = new TextDecoder()
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    yield* events.splice(0)
  }
  // The last event counts even where the server forgot the empty line behind it.
  parser.feed('\n\n')
  yield* events
}
