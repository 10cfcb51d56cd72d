import { badAnswer, failureFromResponse } from '../failure.ts'
import { BlockLine, type CallNames } from '../translation/blocks.ts'
import type { AnthropicEvent, StopReason } from '../translation/events.ts'
import type { Detail, Origin } from '../translation/thinking.ts'
import { estimateUsage, type Usage } from '../translation/usage.ts'
import { isCutOff, toStopReason } from './finish-reason.ts'
import { type Said, ThinkTags } from './think-tags.ts'
import { toUsage } from './usage.ts'
import type { Completion, Piece } from './wire.ts'

/** What the answer alone does not say. */
export interface AnswerContext extends Origin, CallNames {
  /** For providers that report no usage. */
  inputTokens: number
  /** The model's thoughts may stand at the beginning of its text. */
  thinkTags: boolean
}

/**
 * Reads Chat Completions chunk by chunk and says the same in Anthropic's events.
 *
 * `take` gives the events of one chunk, `end` those that close the message. Nothing is given
 * before there is content, so that an attempt that fails early can be made elsewhere. Both throw a
 * ProxyError where the answer is no answer.
 */
export class Translation {
  readonly #context: AnswerContext
  readonly #blocks: BlockLine
  readonly #tags: ThinkTags | null
  #start: Completion | null = null
  #isStarted = false
  #isRefused = false
  #finishReason: string | null = null
  #usage: Usage | null = null

  constructor(context: AnswerContext) {
    this.#context = context
    this.#blocks = new BlockLine(context, context)
    this.#tags = context.thinkTags ? new ThinkTags() : null
  }

  /** The model has finished; what may follow is the usage. */
  get isFinished(): boolean {
    return this.#finishReason !== null
  }

  /** Nothing is missing but the end of the stream. */
  get isComplete(): boolean {
    return this.isFinished && this.#usage !== null
  }

  *take(chunk: Completion): Generator<AnthropicEvent> {
    this.#start ??= chunk
    this.#usage = toUsage(chunk.usage) ?? toUsage(chunk.x_groq?.usage) ?? this.#usage
    const choice = chunk.choices?.[0]
    if (choice?.delta) this.#add(choice.delta)
    else if (choice?.message) this.#add(numbered(choice.message))
    // OpenRouter repeats it, and sends null with the usage that follows: the first one counts.
    this.#finishReason ??= choice?.finish_reason || null
    yield* this.#started(this.#blocks.drain(false))
  }

  /** `isDone`: the provider said so with `[DONE]`, or by an answer in one piece. */
  *end(isDone: boolean): Generator<AnthropicEvent> {
    const { provider } = this.#context
    if (this.#tags) this.#say(this.#tags.end())
    if (this.#finishReason === null && !(isDone && !this.#blocks.isEmpty)) {
      const what =
        this.#start && !isDone ? 'the answer ended before it was complete' : 'the answer is empty'
      throw badAnswer(provider, what)
    }
    yield* this.#started(this.#blocks.drain(true))
    const stop_reason = this.#stopReason()
    if (!this.#isStarted) yield this.#messageStart()
    yield {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: this.#usage ?? estimateUsage(this.#context.inputTokens, this.#blocks.length),
    }
    yield { type: 'message_stop' }
  }

  #add(piece: Piece): void {
    const details = piece.reasoning_details ?? []
    this.#blocks.addThinking(piece.reasoning ?? piece.reasoning_content ?? textOf(details), details)
    const text = contentText(piece.content)
    this.#say(this.#tags?.take(text) ?? { thinking: '', text })
    this.#blocks.addText(piece.refusal ?? '')
    if (piece.refusal) this.#isRefused = true
    for (const call of piece.tool_calls ?? []) this.#blocks.addToolCall(call)
  }

  #say({ thinking, text }: Said): void {
    this.#blocks.addThinking(thinking, [])
    this.#blocks.addText(text)
  }

  *#started(events: Iterable<AnthropicEvent>): Generator<AnthropicEvent> {
    for (const event of events) {
      if (!this.#isStarted) yield this.#messageStart()
      yield event
    }
  }

  #messageStart(): AnthropicEvent {
    this.#isStarted = true
    const { model, inputTokens } = this.#context
    return {
      type: 'message_start',
      message: {
        id: messageId(this.#start?.id),
        type: 'message',
        role: 'assistant',
        model: this.#start?.model || model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: this.#usage ?? estimateUsage(inputTokens, 0),
      },
    }
  }

  /**
   * A call that was cut by the output limit must not be carried out: as with Claude, the message
   * then ends with `max_tokens`. Arguments that are broken otherwise are no answer.
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
    if (this.#blocks.brokeOff) {
      if (isCutOff(this.#finishReason)) return 'max_tokens'
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

/** `msg_` and the upstream's own id, which its support knows. */
function messageId(id: string | null | undefined): string {
  return `msg_${id?.replace(/[^a-zA-Z0-9_-]/g, '') || crypto.randomUUID().replaceAll('-', '')}`
}
