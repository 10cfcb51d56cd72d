import { tryParse } from '../../../json.ts'
import { badAnswer } from '../../failure.ts'
import { readFrames } from '../frames.ts'
import { type ConverseAnswer, type ConverseEvent, isAnswer, isEvent } from './wire.ts'

/** The events of a stream of ConverseStream. */
export async function* readStream(
  provider: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ConverseEvent> {
  for await (const frames of readFrames(provider, body)) {
    for (const { payload } of frames) {
      const event = tryParse(decoder.decode(payload))
      if (!isEvent(event)) throw badAnswer(provider, 'what came is not an event of Converse')
      yield event
    }
  }
}

const decoder = new TextDecoder()

/** The events that say what an answer in one piece says, and that this was all. */
export async function* readWhole(
  provider: string,
  response: Response,
): AsyncGenerator<ConverseEvent | 'done'> {
  const text = await response.text().catch((error: unknown) => {
    throw badAnswer(provider, 'the answer broke off', error)
  })
  const answer = tryParse(text)
  if (!isAnswer(answer)) throw badAnswer(provider, 'what came is not an answer of Converse')
  yield* eventsOf(answer)
  yield 'done'
}

function* eventsOf({ output, stopReason, usage }: ConverseAnswer): Generator<ConverseEvent> {
  for (const [contentBlockIndex, block] of output.message.content.entries()) {
    const { text, toolUse, reasoningContent } = block
    if (text !== undefined) yield { contentBlockIndex, delta: { text } }
    if (reasoningContent) {
      const { reasoningText, redactedContent } = reasoningContent
      const redacted = redactedContent === undefined ? {} : { redactedContent }
      yield { contentBlockIndex, delta: { reasoningContent: { ...reasoningText, ...redacted } } }
    }
    if (toolUse) {
      yield { contentBlockIndex, start: { toolUse } }
      const input = JSON.stringify(toolUse.input ?? {})
      yield { contentBlockIndex, delta: { toolUse: { input } } }
    }
  }
  yield { stopReason }
  if (usage) yield { usage }
}
