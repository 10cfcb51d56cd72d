import type { AnswerContext } from './context.ts'
import type { AnthropicEvent, StopReason } from './events.ts'
import { estimateUsage, type Usage } from './usage.ts'

/** What a service calls its answer, and the model that gives it. */
interface Named {
  id?: string | null | undefined
  model?: string | null | undefined
}

/** What stands around the content of a message: its start, not before there is content, and its end. */
export class Envelope {
  /** Null until the service has told. */
  named: Named | null = null
  /** Null as long as the service has not told; then it is estimated. */
  usage: Usage | null = null

  readonly #context: Pick<AnswerContext, 'model' | 'inputTokens'>
  #isOpen = false

  constructor(context: Pick<AnswerContext, 'model' | 'inputTokens'>) {
    this.#context = context
  }

  /** The events of the content, behind the start of the message. */
  *around(content: Iterable<AnthropicEvent>): Generator<AnthropicEvent> {
    for (const event of content) {
      if (!this.#isOpen) yield this.#start()
      yield event
    }
  }

  /** `characters`: how long the content was. */
  *end(stop_reason: StopReason, characters: number): Generator<AnthropicEvent> {
    if (!this.#isOpen) yield this.#start()
    yield {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null },
      usage: this.usage ?? estimateUsage(this.#context.inputTokens, characters),
    }
    yield { type: 'message_stop' }
  }

  #start(): AnthropicEvent {
    this.#isOpen = true
    const { model, inputTokens } = this.#context
    // The SDK would keep the mark for good: of what comes later it takes over only the counts.
    const { estimated: _, ...usage } = this.usage ?? estimateUsage(inputTokens, 0)
    return {
      type: 'message_start',
      message: {
        id: messageId(this.named?.id),
        type: 'message',
        role: 'assistant',
        model: this.named?.model || model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage,
      },
    }
  }
}

/** `msg_` and the upstream's own id, which its support knows. */
function messageId(id: string | null | undefined): string {
  return `msg_${id?.replace(/[^a-zA-Z0-9_-]/g, '') || crypto.randomUUID().replaceAll('-', '')}`
}
