import { isRecord, tryParse } from '../../json.ts'
import { badAnswer } from '../failure.ts'
import { readEvents } from '../translation/event-source.ts'
import { failureInAnswer } from '../wire-error.ts'
import { type Completion, isCompletion } from './wire.ts'

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

/**
 * The completion in a piece of JSON that came with a 200. OpenRouter and Groq report errors there,
 * once the upstream behind them has begun; they name the status they mean.
 */
export function readCompletion(provider: string, data: string, headers: Headers): Completion {
  const body = tryParse(data)
  if (isRecord(body) && body.error) throw failureInAnswer(provider, body, headers)
  if (isCompletion(body)) return body
  throw badAnswer(provider, 'what came is not a chat completion')
}
