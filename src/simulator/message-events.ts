import type { Answer, AnswerBlock } from './answer.ts'
import type { Json } from './json.ts'
import type { Frame } from './wire.ts'
import { newId } from './wire.ts'

export interface MessageEvent {
  event: Json
  part: Frame['part']
}

/** How the two services that speak Messages differ in what they say. */
export interface Accent {
  /** Stands in the ids: `msg_bdrk_…`. */
  infix: string
  /** With `display: "omitted"`, thinking is a signature without words. */
  omitThinking: boolean
}

/** The JSON of a text delta that breaks off. */
export const HALF_A_DELTA = '{"type":"content_block_delta","index":0,"delta":{"type":"text_de'

/** The events of a streamed message, without pings. */
export function* messageEvents(answer: Answer, accent: Accent): Generator<MessageEvent> {
  const message = { ...envelope(answer, accent), content: [], stop_reason: null }
  yield {
    event: { type: 'message_start', message: { ...message, usage: usageOf(answer, 1) } },
    part: 'head',
  }
  for (const [index, block] of answer.blocks.entries()) {
    yield* blockEvents(block, index, accent)
  }
  yield {
    event: {
      type: 'message_delta',
      delta: { stop_reason: answer.stopReason, stop_sequence: null, stop_details: null },
      usage: answer.usage,
    },
    part: 'rest',
  }
  yield { event: { type: 'message_stop' }, part: 'end' }
}

/** The same message in one piece. */
export function messageObject(answer: Answer, accent: Accent): Json {
  return {
    ...envelope(answer, accent),
    content: answer.blocks.map((block) => wholeBlock(block, accent)),
    stop_reason: answer.stopReason,
    usage: usageOf(answer, answer.usage.output_tokens),
  }
}

function envelope({ model }: Answer, { infix }: Accent): Json {
  return {
    model,
    id: newId(`msg_${infix}01`),
    type: 'message',
    role: 'assistant',
    stop_sequence: null,
    stop_details: null,
  }
}

function usageOf({ usage }: Answer, outputTokens: number): Json {
  return {
    ...usage,
    output_tokens: outputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cache_creation_input_tokens,
      ephemeral_1h_input_tokens: 0,
    },
    service_tier: 'standard',
  }
}

function* blockEvents(block: AnswerBlock, index: number, accent: Accent): Generator<MessageEvent> {
  const content_block = emptyBlock(block, accent)
  yield { event: { type: 'content_block_start', index, content_block }, part: 'rest' }
  const deltas = block.type === 'thinking' && accent.omitThinking ? [] : block.deltas
  for (const text of deltas) {
    const delta = deltaOf(block, text)
    yield { event: { type: 'content_block_delta', index, delta }, part: 'delta' }
  }
  if (block.type === 'thinking') {
    const delta = { type: 'signature_delta', signature: block.signature }
    yield { event: { type: 'content_block_delta', index, delta }, part: 'rest' }
  }
  yield { event: { type: 'content_block_stop', index }, part: 'rest' }
}

function emptyBlock(block: AnswerBlock, accent: Accent): Json {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'text':
      return { type: 'text', text: '' }
    case 'tool_use':
      return { type: 'tool_use', id: newId(`toolu_${accent.infix}01`), name: block.name, input: {} }
  }
}

function deltaOf(block: AnswerBlock, text: string): Json {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking_delta', thinking: text }
    case 'text':
      return { type: 'text_delta', text }
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: text }
  }
}

function wholeBlock(block: AnswerBlock, accent: Accent): Json {
  const empty = emptyBlock(block, accent)
  switch (block.type) {
    case 'thinking': {
      const thinking = accent.omitThinking ? '' : block.deltas.join('')
      return { ...empty, thinking, signature: block.signature }
    }
    case 'text':
      return { ...empty, text: block.deltas.join('') }
    case 'tool_use':
      return { ...empty, input: block.input }
  }
}
