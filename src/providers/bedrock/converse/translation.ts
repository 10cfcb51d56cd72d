import { badAnswer } from '../../failure.ts'
import type { Translator } from '../../translation/answer.ts'
import { BlockLine } from '../../translation/blocks.ts'
import type { AnswerContext } from '../../translation/context.ts'
import { Envelope } from '../../translation/envelope.ts'
import type { AnthropicEvent, StopReason } from '../../translation/events.ts'
import type { Detail } from '../../translation/thinking.ts'
import { toUsage } from './usage.ts'
import type { ConverseEvent } from './wire.ts'

/** Reads Converse event by event and says the same in Anthropic's events. */
export class ConverseTranslation implements Translator<ConverseEvent> {
  readonly #context: AnswerContext
  readonly #blocks: BlockLine
  readonly #envelope: Envelope
  #stopReason: string | null = null

  constructor(context: AnswerContext) {
    this.#context = context
    this.#blocks = new BlockLine(context, context)
    this.#envelope = new Envelope(context)
  }

  get isFinished(): boolean {
    return this.#stopReason !== null
  }

  get isComplete(): boolean {
    return this.isFinished && this.#envelope.usage !== null
  }

  *take(event: ConverseEvent): Generator<AnthropicEvent> {
    this.#add(event)
    this.#stopReason ??= event.stopReason ?? null
    if (event.usage) this.#envelope.usage = toUsage(event.usage)
    yield* this.#envelope.around(this.#blocks.drain(false))
  }

  *end(): Generator<AnthropicEvent> {
    if (this.#stopReason === null) {
      const what = this.#blocks.isEmpty ? 'is empty' : 'ended before it was complete'
      throw badAnswer(this.#context.provider, `the answer ${what}`)
    }
    yield* this.#envelope.around(this.#blocks.drain(true))
    yield* this.#envelope.end(this.#toStopReason(this.#stopReason), this.#blocks.length)
  }

  /** Only a tool call is announced by a start. */
  #add({ contentBlockIndex: index = 0, start, delta }: ConverseEvent): void {
    if (start?.toolUse) {
      const { toolUseId: id, name } = start.toolUse
      this.#blocks.addToolCall({ index, id, function: { name } })
    }
    this.#blocks.addText(delta?.text ?? '')
    if (delta?.toolUse) {
      this.#blocks.addToolCall({ index, function: { arguments: delta.toolUse.input } })
    }
    const { text = '', signature, redactedContent } = delta?.reasoningContent ?? {}
    const details: Detail[] = []
    if (signature) details.push({ type: 'text', index, signature })
    if (redactedContent) details.push({ type: 'redacted', index, data: redactedContent })
    this.#blocks.addThinking(text, details)
  }

  /**
   * A call that was cut by a limit must not be carried out: as with Claude, the message then ends
   * with that limit. What the model wrote that is no call otherwise is no answer.
   */
  #toStopReason(said: string): StopReason {
    const isMalformed = said.startsWith('malformed_')
    const isRefused = said === 'guardrail_intervened' || said === 'content_filtered'
    const cut = isRefused ? 'refusal' : LIMITS.find((reason) => reason === said)
    if (cut && (this.#blocks.brokeOff || this.#blocks.endsBare)) return cut
    if (isMalformed || this.#blocks.brokeOff) {
      const what = isMalformed ? said : 'the arguments of a tool call are not a JSON object'
      throw badAnswer(this.#context.provider, what)
    }
    if (isRefused) return 'refusal'
    if (this.#blocks.calledTools) return 'tool_use'
    return cut ?? (said === 'stop_sequence' ? said : 'end_turn')
  }
}

const LIMITS = ['max_tokens', 'model_context_window_exceeded'] as const
