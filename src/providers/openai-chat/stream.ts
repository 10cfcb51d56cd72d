import { badAnswer, failureFromResponse } from '../failure.ts'
import type { Translator } from '../translation/answer.ts'
import { BlockLine } from '../translation/blocks.ts'
import type { AnswerContext } from '../translation/context.ts'
import { Envelope } from '../translation/envelope.ts'
import type { AnthropicEvent, StopReason } from '../translation/events.ts'
import type { Detail } from '../translation/thinking.ts'
import { cutOffBy, toStopReason } from './finish-reason.ts'
import { type Said, ThinkTags } from './think-tags.ts'
import { toUsage } from './usage.ts'
import type { Completion, Piece } from './wire.ts'

/** What the answer alone does not say. */
export interface ChatContext extends AnswerContext {
  /** The model's thoughts may stand at the beginning of its text. */
  thinkTags: boolean
}

/** Reads Chat Completions chunk by chunk and says the same in Anthropic's events. */
export class Translation implements Translator<Completion> {
  readonly #context: ChatContext
  readonly #blocks: BlockLine
  readonly #tags: ThinkTags | null
  readonly #envelope: Envelope
  #isRefused = false
  #finishReason: string | null = null

  constructor(context: ChatContext) {
    this.#context = context
    this.#blocks = new BlockLine(context, context)
    this.#envelope = new Envelope(context)
    this.#tags = context.thinkTags ? new ThinkTags() : null
  }

  get isFinished(): boolean {
    return this.#finishReason !== null
  }

  get isComplete(): boolean {
    return this.isFinished && this.#envelope.usage !== null
  }

  *take(chunk: Completion): Generator<AnthropicEvent> {
    this.#envelope.named ??= chunk
    this.#envelope.usage =
      toUsage(chunk.usage) ?? toUsage(chunk.x_groq?.usage) ?? this.#envelope.usage
    const choice = chunk.choices?.[0]
    if (choice?.delta) this.#add(choice.delta)
    else if (choice?.message) this.#add(numbered(choice.message))
    // OpenRouter repeats it, and sends null with the usage that follows: the first one counts.
    this.#finishReason ??= choice?.finish_reason || null
    yield* this.#envelope.around(this.#blocks.drain(false))
  }

  /** `isDone`: the provider said so with `[DONE]`, or by an answer in one piece. */
  *end(isDone: boolean): Generator<AnthropicEvent> {
    const { provider } = this.#context
    this.#release()
    if (this.#finishReason === null && !(isDone && !this.#blocks.isEmpty)) {
      const what =
        this.#envelope.named && !isDone
          ? 'the answer ended before it was complete'
          : 'the answer is empty'
      throw badAnswer(provider, what)
    }
    yield* this.#envelope.around(this.#blocks.drain(true))
    yield* this.#envelope.end(this.#stopReason(), this.#blocks.length)
  }

  #add(piece: Piece): void {
    const details = piece.reasoning_details ?? []
    // Servers that know several names for it leave the others empty.
    const thought = piece.reasoning || piece.reasoning_content || textOf(details)
    if (thought || details.length > 0) this.#release()
    this.#blocks.addThinking(thought, details)
    const text = contentText(piece.content)
    this.#say(this.#tags?.take(text) ?? { thinking: '', text })
    this.#blocks.addText(piece.refusal ?? '')
    if (piece.refusal) this.#isRefused = true
    const calls = piece.tool_calls ?? []
    if (calls.length > 0) this.#release()
    for (const call of calls) this.#blocks.addToolCall(call)
  }

  /** What may have become a tag stands before whatever else comes. */
  #release(): void {
    if (this.#tags) this.#say(this.#tags.end())
  }

  #say({ thinking, text }: Said): void {
    this.#blocks.addThinking(thinking, [])
    this.#blocks.addText(text)
  }

  /**
   * A call that was cut by a limit must not be carried out: as with Claude, the message then ends
   * with that limit. Arguments that are broken otherwise are no answer.
   */
  #stopReason(): StopReason {
    const { provider } = this.#context
    const stopReason = toStopReason(this.#finishReason, this.#blocks.calledTools)
    if (stopReason === null) {
      throw failureFromResponse({
        provider,
        status: 502,
        headers: new Headers(),
        message: `${provider}: the model broke off with an error`,
      })
    }
    const { brokeOff, endsBare } = this.#blocks
    const cut = cutOffBy(this.#finishReason)
    if (cut && (brokeOff || endsBare)) return cut
    if (brokeOff) {
      throw badAnswer(provider, 'the arguments of a tool call are not a JSON object')
    }
    return this.#isRefused && !this.#blocks.calledTools ? 'refusal' : stopReason
  }
}

/** The calls of an answer in one piece are told apart by their places. */
function numbered(message: Piece): Piece {
  return {
    ...message,
    tool_calls: message.tool_calls?.map((call, index) => ({ ...call, index })) ?? null,
  }
}

function contentText(content: Piece['content']): string {
  if (Array.isArray(content)) return content.map(({ text }) => text ?? '').join('')
  return content ?? ''
}

function textOf(details: readonly Detail[]): string {
  return details.map(({ text }) => (typeof text === 'string' ? text : '')).join('')
}
