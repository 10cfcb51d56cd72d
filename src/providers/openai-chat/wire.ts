import type { ChatCompletionContentPart } from 'openai/resources/chat/completions'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** What compatible servers leave out, they also send as null. */
function maybe<T extends Type.TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]))
}

const ToolCallPiece = Type.Object({
  index: maybe(Type.Integer()),
  id: maybe(Type.String()),
  // `arguments` is a string by contract; some servers send the object itself.
  function: maybe(
    Type.Object({ name: maybe(Type.String()), arguments: Type.Optional(Type.Unknown()) }),
  ),
})

const Details = Type.Array(Type.Record(Type.String(), Type.Unknown()))

/** A delta of a stream, or the whole message of an answer that came in one piece. */
const Piece = Type.Object({
  content: maybe(
    Type.Union([Type.String(), Type.Array(Type.Object({ text: Type.Optional(Type.String()) }))]),
  ),
  refusal: maybe(Type.String()),
  reasoning: maybe(Type.String()),
  reasoning_content: maybe(Type.String()),
  reasoning_details: maybe(Details),
  tool_calls: maybe(Type.Array(ToolCallPiece)),
})
export type Piece = Static<typeof Piece>

const Completion = Type.Object({
  id: maybe(Type.String()),
  model: maybe(Type.String()),
  choices: maybe(
    Type.Array(
      Type.Object({
        delta: maybe(Piece),
        message: maybe(Piece),
        finish_reason: maybe(Type.String()),
      }),
    ),
  ),
  usage: Type.Optional(Type.Unknown()),
  x_groq: maybe(Type.Object({ usage: Type.Optional(Type.Unknown()) })),
})

/** The part of a completion, or of one chunk of it, that we use. */
export type Completion = Static<typeof Completion>

const completion = Compile(Completion)

export function isCompletion(value: unknown): value is Completion {
  return completion.Check(value)
}

/** OpenRouter takes Anthropic's cache marks on the parts of a message. */
export type Part = ChatCompletionContentPart & { cache_control?: Record<string, unknown> }
export type TextPart = Extract<Part, { type: 'text' }>
