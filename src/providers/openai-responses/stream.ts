import { isRecord } from '../../json.ts'
import { badAnswer } from '../failure.ts'
import type { Translator } from '../translation/answer.ts'
import { BlockLine } from '../translation/blocks.ts'
import type { AnswerContext } from '../translation/context.ts'
import { Envelope } from '../translation/envelope.ts'
import type { AnthropicEvent, StopReason } from '../translation/events.ts'
import { failureInAnswer } from '../wire-error.ts'
import type { Item, Reply, ResponseEvent } from './events.ts'
import { toDetail } from './reasoning.ts'
import { toUsage } from './usage.ts'

/**
 * Reads a response event by event and says the same in Anthropic's events. What an item says may
 * come as deltas, or only whole at its end.
 */
export class ResponseTranslation implements Translator<ResponseEvent> {
  readonly #context: AnswerContext
  readonly #blocks: BlockLine
  readonly #envelope: Envelope
  /** Items of which something has come. */
  readonly #told = new Set<number>()
  /** Where the words that came last stand: item and part. */
  #place = ''
  #isRefused = false
  #ending: { type: string; reply: Reply } | null = null

  constructor(context: AnswerContext) {
    this.#context = context
    this.#blocks = new BlockLine(context, context)
    this.#envelope = new Envelope(context)
  }

  get isFinished(): boolean {
    return this.#ending !== null
  }

  /** The last event holds all there is to tell. */
  get isComplete(): boolean {
    return this.isFinished
  }

  *take(event: ResponseEvent): Generator<AnthropicEvent> {
    const index = event.output_index ?? 0
    const delta = typeof event.delta === 'string' ? event.delta : ''
    switch (event.type) {
      case 'response.created':
        this.#envelope.named = event.response ?? null
        break
      case 'response.output_item.added':
        if (event.item?.type === 'function_call') this.#openCall(event.item, index)
        break
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.#think(delta, index, event.summary_index ?? 0)
        break
      case 'response.output_text.delta':
        this.#say(delta, index)
        break
      case 'response.refusal.delta':
        this.#refuse(delta, index)
        break
      case 'response.function_call_arguments.delta':
        this.#told.add(index)
        this.#blocks.addToolCall({ index, function: { arguments: delta } })
        break
      case 'response.output_item.done':
        if (event.item) this.#close(event.item, index)
        break
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#finish(event.type, event.response ?? {})
        break
    }
    yield* this.#envelope.around(this.#blocks.drain(false))
  }

  *end(): Generator<AnthropicEvent> {
    if (!this.#ending) {
      const isBegun = this.#envelope.named !== null
      const what = isBegun ? 'the answer ended before it was complete' : 'the answer is empty'
      throw badAnswer(this.#context.provider, what)
    }
    yield* this.#envelope.around(this.#blocks.drain(true))
    yield* this.#envelope.end(this.#stopReason(this.#ending), this.#blocks.length)
  }

  #think(text: string, index: number, part: number): void {
    this.#told.add(index)
    this.#blocks.addThinking(this.#apart(text, 'thinking', `${index}.${part}`), [])
  }

  #say(text: string, index: number): void {
    this.#told.add(index)
    this.#blocks.addText(this.#apart(text, 'text', `${index}`))
  }

  #refuse(text: string, index: number): void {
    this.#isRefused ||= text !== ''
    this.#say(text, index)
  }

  /** Two messages, or two parts of a summary, become one block; an empty line tells them apart. */
  #apart(text: string, kind: 'text' | 'thinking', place: string): string {
    if (!text) return text
    const last = this.#place
    this.#place = `${kind} ${place}`
    return last.startsWith(kind) && last !== this.#place ? `\n\n${text}` : text
  }

  #openCall({ call_id, name }: Item, index: number): void {
    this.#place = ''
    this.#blocks.addToolCall({ index, id: call_id ?? null, function: { name: name ?? null } })
  }

  /** The item is whole: what has not come yet comes now. */
  #close(item: Item, index: number): void {
    const isNew = !this.#told.has(index)
    switch (item.type) {
      case 'reasoning': {
        const parts = item.summary?.length ? item.summary : (item.content ?? [])
        if (isNew) for (const [at, { text }] of parts.entries()) this.#think(text ?? '', index, at)
        const detail = toDetail(item, index)
        if (detail) this.#blocks.addThinking('', [detail])
        break
      }
      case 'message':
        for (const { text, refusal } of isNew ? (item.content ?? []) : []) {
          this.#say(text ?? '', index)
          this.#refuse(refusal ?? '', index)
        }
        break
      case 'function_call':
        this.#openCall(item, index)
        if (isNew) this.#blocks.addToolCall({ index, function: { arguments: item.arguments } })
        break
    }
  }

  #finish(type: string, reply: Reply): void {
    const { provider } = this.#context
    if (type === 'response.failed') throw failedResponse(provider, reply.error)
    if (type === 'response.cancelled') throw badAnswer(provider, 'the response was cancelled')
    this.#ending = { type, reply }
    this.#envelope.named ??= reply
    this.#envelope.usage = toUsage(reply.usage)
  }

  /**
   * A call that was cut by a limit must not be carried out: as with Claude, the message then ends
   * with that limit. Arguments that are broken otherwise are no answer.
   */
  #stopReason({ type, reply }: { type: string; reply: Reply }): StopReason {
    const reason = type === 'response.incomplete' ? reply.incomplete_details?.reason : null
    const cut = CUT_OFF_BY[reason ?? ''] ?? null
    const { brokeOff, endsBare, calledTools } = this.#blocks
    if (cut && (brokeOff || endsBare)) return cut
    if (brokeOff) {
      const { provider } = this.#context
      throw badAnswer(provider, 'the arguments of a tool call are not a JSON object')
    }
    if (calledTools) return 'tool_use'
    return this.#isRefused ? 'refusal' : (cut ?? 'end_turn')
  }
}

const CUT_OFF_BY: Record<string, StopReason> = {
  max_output_tokens: 'max_tokens',
  content_filter: 'refusal',
}

/** Codes of `response.failed` that find fault with the request; none of them comes with a status. */
const REQUEST_AT_FAULT = /^invalid_|image|policy|data_residency/

function failedResponse(provider: string, error: unknown): Error {
  const { code } = isRecord(error) ? error : {}
  const status = typeof code === 'string' && REQUEST_AT_FAULT.test(code) ? 400 : undefined
  return failureInAnswer(
    provider,
    isRecord(error) ? { ...error, status_code: status } : null,
    new Headers(),
  )
}
