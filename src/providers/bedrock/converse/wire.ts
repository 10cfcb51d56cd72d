import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

const Usage = Type.Object({
  inputTokens: Type.Number(),
  outputTokens: Type.Number(),
  cacheReadInputTokens: Type.Optional(Type.Number()),
  cacheWriteInputTokens: Type.Optional(Type.Number()),
  cacheDetails: Type.Optional(
    Type.Array(Type.Object({ ttl: Type.String(), inputTokens: Type.Number() })),
  ),
})
export type ConverseUsage = Static<typeof Usage>

/** Any event of a stream: they are told apart by what they have. */
const Event = Type.Object({
  contentBlockIndex: Type.Optional(Type.Integer()),
  start: Type.Optional(
    Type.Object({
      toolUse: Type.Optional(Type.Object({ toolUseId: Type.String(), name: Type.String() })),
    }),
  ),
  delta: Type.Optional(
    Type.Object({
      text: Type.Optional(Type.String()),
      toolUse: Type.Optional(Type.Object({ input: Type.String() })),
      reasoningContent: Type.Optional(
        Type.Object({
          text: Type.Optional(Type.String()),
          signature: Type.Optional(Type.String()),
          redactedContent: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
  stopReason: Type.Optional(Type.String()),
  usage: Type.Optional(Usage),
})

/** The part of an event of ConverseStream that we use. */
export type ConverseEvent = Static<typeof Event>

/** The same of an answer of Converse. */
const Answer = Type.Object({
  output: Type.Object({
    message: Type.Object({
      content: Type.Array(
        Type.Object({
          text: Type.Optional(Type.String()),
          toolUse: Type.Optional(
            Type.Object({
              toolUseId: Type.String(),
              name: Type.String(),
              input: Type.Optional(Type.Unknown()),
            }),
          ),
          reasoningContent: Type.Optional(
            Type.Object({
              reasoningText: Type.Optional(
                Type.Object({ text: Type.String(), signature: Type.Optional(Type.String()) }),
              ),
              redactedContent: Type.Optional(Type.String()),
            }),
          ),
        }),
      ),
    }),
  }),
  stopReason: Type.String(),
  usage: Type.Optional(Usage),
})
export type ConverseAnswer = Static<typeof Answer>

const event = Compile(Event)
const answer = Compile(Answer)

export function isEvent(value: unknown): value is ConverseEvent {
  return event.Check(value)
}

export function isAnswer(value: unknown): value is ConverseAnswer {
  return answer.Check(value)
}
