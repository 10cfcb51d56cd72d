import { createParser, type EventSourceMessage } from 'eventsource-parser'

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
