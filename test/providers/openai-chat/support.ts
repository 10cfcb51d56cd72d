import type { ClientRequest, MessagesBody } from '../../../src/messages/request.ts'
import { createOpenAIProvider, type OpenAISettings } from '../../../src/providers/openai.ts'
import type { Dialect } from '../../../src/providers/openai-chat/content.ts'
import { QUIRKS } from '../../../src/providers/openai-chat/quirks.ts'
import { type ChatContext, Translation } from '../../../src/providers/openai-chat/stream.ts'
import type { Completion, Piece } from '../../../src/providers/openai-chat/wire.ts'
import type { Call } from '../../../src/providers/provider.ts'
import { collectMessage } from '../../../src/providers/translation/collect.ts'
import { createDocuments } from '../../../src/providers/translation/documents.ts'
import type { AnthropicEvent, AnthropicMessage } from '../../../src/providers/translation/events.ts'
import { aTarget } from '../../routing/target.ts'

export function requestOf(
  body: Partial<MessagesBody>,
  headers: Record<string, string> = {},
): ClientRequest {
  const whole: MessagesBody = {
    model: 'claude-opus-5-5',
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Hello' }],
    ...body,
  }
  const text = JSON.stringify(whole)
  const bytes = new TextEncoder().encode(text)
  return { bytes, text, body: whole, headers: new Headers(headers), search: '' }
}

export function callOf(
  body: Partial<MessagesBody>,
  options: { signal?: AbortSignal; model?: string; endpoint?: string } = {},
): Call {
  const model = options.model ?? 'gpt-oss-120b'
  return {
    request: requestOf(body),
    target: aTarget({
      id: `test/${model}`,
      provider: 'test',
      model,
      region: null,
      endpoint: options.endpoint ?? null,
    }),
    signal: options.signal ?? new AbortController().signal,
  }
}

export function dialectOf(service: keyof typeof QUIRKS, model: string): Dialect {
  return { provider: service, model, baseModel: model, quirks: QUIRKS[service] }
}

export function providerAt(server: { url: URL }, settings: Partial<OpenAISettings> = {}) {
  return createOpenAIProvider({
    name: 'test',
    baseUrl: `${server.url.origin}/v1`,
    apiKey: 'sk-test',
    unusable: null,
    quirks: QUIRKS.generic,
    documents: createDocuments(),
    ...settings,
  })
}

export const context: ChatContext = {
  provider: 'test',
  model: 'asked-for',
  tools: new Map(),
  usedIds: new Set(),
  inputTokens: 25,
  thinkTags: false,
}

/** A chunk of a stream with this delta. */
export function chunk(delta: Piece, finish_reason: string | null = null): Completion {
  return { id: 'chatcmpl-1', model: 'served', choices: [{ delta, finish_reason }] }
}

export function translate(
  chunks: Completion[],
  options: Partial<ChatContext> & { isDone?: boolean } = {},
): AnthropicEvent[] {
  const { isDone = true, ...overrides } = options
  const translation = new Translation({ ...context, ...overrides })
  return [...chunks.flatMap((each) => [...translation.take(each)]), ...translation.end(isDone)]
}

export function messageOf(events: Iterable<AnthropicEvent>): AnthropicMessage {
  const message = collectMessage(events)
  if (!message) throw new Error('no message_start')
  return message
}

/** Throws where a client would: a block opened twice, a delta for a closed block, a wrong order. */
export function checkOrder(events: readonly AnthropicEvent[]): void {
  let open: number | null = null
  let next = 0
  events.forEach((event, at) => {
    const isAllowed = {
      message_start: () => at === 0,
      content_block_start: () => open === null && 'index' in event && event.index === next,
      content_block_delta: () => 'index' in event && event.index === open,
      content_block_stop: () => 'index' in event && event.index === open,
      message_delta: () => open === null && at === events.length - 2,
      message_stop: () => at === events.length - 1,
    }[event.type]()
    if (!isAllowed) throw new Error(`${event.type} at ${at} is out of order`)
    if (event.type === 'content_block_start') open = next++
    if (event.type === 'content_block_stop') open = null
  })
}
