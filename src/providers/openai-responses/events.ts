import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { isRecord, tryParse } from '../../json.ts'
import { badAnswer } from '../failure.ts'
import { readEvents } from '../translation/event-source.ts'
import { failureInAnswer } from '../wire-error.ts'

/** What compatible servers leave out, they also send as null. */
function maybe<T extends Type.TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]))
}

/** Of a message, of a summary, or of reasoning in plain text. */
const Piece = Type.Object({ text: maybe(Type.String()), refusal: maybe(Type.String()) })

const Item = Type.Object({
  type: Type.String(),
  id: maybe(Type.String()),
  content: maybe(Type.Array(Piece)),
  summary: maybe(Type.Array(Piece)),
  encrypted_content: maybe(Type.String()),
  call_id: maybe(Type.String()),
  name: maybe(Type.String()),
  arguments: Type.Optional(Type.Unknown()),
})
export type Item = Static<typeof Item>

const Reply = Type.Object({
  id: maybe(Type.String()),
  model: maybe(Type.String()),
  status: maybe(Type.String()),
  error: Type.Optional(Type.Unknown()),
  incomplete_details: maybe(Type.Object({ reason: maybe(Type.String()) })),
  output: maybe(Type.Array(Item)),
  usage: Type.Optional(Type.Unknown()),
})
export type Reply = Static<typeof Reply>

/** An event, as far as we use it; which of its members are there depends on the type. */
const ResponseEvent = Type.Object({
  type: Type.String(),
  output_index: maybe(Type.Integer()),
  summary_index: maybe(Type.Integer()),
  delta: Type.Optional(Type.Unknown()),
  item: maybe(Item),
  response: maybe(Reply),
})
export type ResponseEvent = Static<typeof ResponseEvent>

const event = Compile(ResponseEvent)
const reply = Compile(Reply)

/** The events of a stream. Throws a ProxyError for an `error` event, and for what is no event. */
export async function* readResponseEvents(
  provider: string,
  body: ReadableStream<Uint8Array>,
  headers: Headers,
): AsyncGenerator<ResponseEvent | 'done'> {
  for await (const { event: name, data } of readEvents(body)) {
    if (data.trim() === '[DONE]') {
      yield 'done'
      return
    }
    const parsed = tryParse(data)
    if (name === 'error' || (isRecord(parsed) && parsed.type === 'error')) {
      throw failureInAnswer(provider, parsed ?? data, headers)
    }
    if (!event.Check(parsed)) throw badAnswer(provider, 'what came is no event of a response')
    yield parsed
  }
}

/** A response in one piece, as the events that a stream would have ended with. */
export function readResponse(provider: string, text: string, headers: Headers): ResponseEvent[] {
  const body = tryParse(text)
  const isFailed = isRecord(body) && body.status === 'failed'
  if (isRecord(body) && body.error && !isFailed) throw failureInAnswer(provider, body, headers)
  if (!reply.Check(body) || !(body.output || isFailed)) {
    throw badAnswer(provider, 'what came is not a response')
  }
  const items = (body.output ?? []).map(
    (item, output_index): ResponseEvent => ({
      type: 'response.output_item.done',
      output_index,
      item,
    }),
  )
  return [
    { type: 'response.created', response: body },
    ...items,
    { type: `response.${body.status ?? 'completed'}`, response: body },
  ]
}
