import type { Block, Message, MessagesBody } from '../../../src/messages/request.ts'
import type { Dialect } from '../../../src/providers/openai-chat/content.ts'
import { QUIRKS } from '../../../src/providers/openai-chat/quirks.ts'
import {
  type ResponseEvent,
  readResponse,
  readResponseEvents,
} from '../../../src/providers/openai-responses/events.ts'
import { toInput } from '../../../src/providers/openai-responses/input.ts'
import { toResponsesBody } from '../../../src/providers/openai-responses/request.ts'
import { ResponseTranslation } from '../../../src/providers/openai-responses/stream.ts'
import type { AnswerContext } from '../../../src/providers/translation/context.ts'
import type { AnthropicEvent, AnthropicMessage } from '../../../src/providers/translation/events.ts'
import { checkOrder, context, messageOf, requestOf } from '../openai-chat/support.ts'

export const GPT: Dialect = {
  provider: 'openai',
  model: 'gpt-5.6-sol',
  baseModel: 'gpt-5.6-sol',
  quirks: QUIRKS.openai,
}

export function gpt(model: string): Dialect {
  return { ...GPT, model, baseModel: model }
}

export function bodyOf(body: Partial<MessagesBody>, dialect = GPT) {
  return toResponsesBody(requestOf(body), dialect)
}

/** The input items of an assistant message and what answers it, behind a user's "Go". */
export function itemsOf(assistant: Block[], reply: Block[] = [], dialect = GPT) {
  const messages: Message[] = [
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: assistant },
    ...(reply.length > 0 ? [{ role: 'user' as const, content: reply }] : []),
  ]
  return toInput(messages, dialect).slice(1)
}

export const answerContext: AnswerContext = {
  ...context,
  provider: GPT.provider,
  model: GPT.model,
}

export function sse(...events: object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

/** The events of a stream that arrives in pieces of so many bytes. */
export async function readStream(
  text: string | Uint8Array,
  bytes = Number.POSITIVE_INFINITY,
): Promise<(ResponseEvent | 'done')[]> {
  const all = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const size = Math.min(bytes, all.length)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < all.length; at += size) controller.enqueue(all.slice(at, at + size))
      controller.close()
    },
  })
  return Array.fromAsync(readResponseEvents('openai', body, new Headers()))
}

/** What a client hears; throws where the order would break it. */
export function translate(
  events: readonly (ResponseEvent | 'done')[],
  changes: Partial<AnswerContext> = {},
): { events: AnthropicEvent[]; message: AnthropicMessage } {
  const translation = new ResponseTranslation({ ...answerContext, ...changes })
  const said = [
    ...events.flatMap((event) => (event === 'done' ? [] : [...translation.take(event)])),
    ...translation.end(),
  ]
  checkOrder(said)
  // Putting a message together fills the blocks of the events themselves.
  return { events: structuredClone(said), message: messageOf(said) }
}

export function translateWhole(response: object): AnthropicMessage {
  return translate(readResponse('openai', JSON.stringify(response), new Headers())).message
}
