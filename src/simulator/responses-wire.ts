import { isRecord } from '../json.ts'
import { type Answer, type AnswerBlock, countTokens } from './answer.ts'
import { reject } from './chat-refusal.ts'
import { type Json, objectsIn } from './json.ts'
import { openaiWire } from './openai-wire.ts'
import { checkResponses } from './responses-check.ts'
import { type Frame, type Incoming, json, newId, type Wire } from './wire.ts'

/** OpenAI's Responses API, with its counting of tokens. */
export const responsesWire: Wire = {
  ...openaiWire,

  serves: (path) => /^(\/openai|\/api)?(\/v1)?\/responses(\/input_tokens)?$/.test(path),

  check(incoming) {
    if (!incoming.headers.get('content-type')?.startsWith('application/json')) {
      reject('Unsupported content type. This API method only accepts application/json requests.')
    }
    if (!isRecord(incoming.body)) reject('We could not parse the JSON body of your request.')
    checkResponses(incoming.body, isCount(incoming))
  },

  count(incoming) {
    if (!isCount(incoming)) return null
    return json({ object: 'response.input_tokens', input_tokens: countTokens(incoming.text) })
  },

  message: (answer) => json(responseOf(answer, answer.blocks.map(itemOf))),

  frames,
  garbled: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',

  failure(
    type = 'server_error',
    message = 'The server had an error while processing your request',
  ) {
    return encode({ type: 'error', code: type, message, param: null })
  },
}

function isCount({ path }: Incoming): boolean {
  return path.endsWith('/input_tokens')
}

function* frames(answer: Answer): Generator<Frame> {
  const whole = responseOf(answer, answer.blocks.map(itemOf))
  const begun = {
    ...whole,
    status: 'in_progress',
    incomplete_details: null,
    output: [],
    usage: null,
  }
  yield head({ type: 'response.created', response: begun })
  yield head({ type: 'response.in_progress', response: begun })
  for (const [index, item] of objectsIn(whole.output).entries()) {
    const block = answer.blocks[index]
    if (block) yield* itemFrames(block, item, index)
  }
  yield { bytes: encode({ type: `response.${whole.status}`, response: whole }), part: 'end' }
}

function head(event: Json): Frame {
  return { bytes: encode(event), part: 'head' }
}

function* itemFrames(block: AnswerBlock, item: Json, output_index: number): Generator<Frame> {
  const place = { item_id: item.id, output_index }
  const event = (type: string, more: Json, part: Frame['part'] = 'rest'): Frame => ({
    bytes: encode({ type: `response.${type}`, ...place, ...more }),
    part,
  })
  const whole = block.deltas.join('')
  yield event('output_item.added', { item: emptied(item) })
  if (block.type === 'thinking') {
    const at = { summary_index: 0 }
    const part = { type: 'summary_text', text: whole }
    yield event('reasoning_summary_part.added', { ...at, part: { ...part, text: '' } })
    for (const delta of block.deltas) {
      yield event('reasoning_summary_text.delta', { ...at, delta, obfuscation: 'x8' }, 'delta')
    }
    yield event('reasoning_summary_text.done', { ...at, text: whole })
    yield event('reasoning_summary_part.done', { ...at, part })
  }
  if (block.type === 'text') {
    const at = { content_index: 0 }
    const part = { type: 'output_text', text: whole, annotations: [], logprobs: [] }
    yield event('content_part.added', { ...at, part: { ...part, text: '' } })
    for (const delta of block.deltas) {
      yield event('output_text.delta', { ...at, delta, logprobs: [], obfuscation: 'x8' }, 'delta')
    }
    yield event('output_text.done', { ...at, text: whole, logprobs: [] })
    yield event('content_part.done', { ...at, part })
  }
  if (block.type === 'tool_use') {
    for (const delta of block.deltas) {
      yield event('function_call_arguments.delta', { delta, obfuscation: 'x8' }, 'delta')
    }
    yield event('function_call_arguments.done', { arguments: item.arguments })
  }
  yield event('output_item.done', { item })
}

function encode(event: Json): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

function itemOf(block: AnswerBlock): Json {
  const text = block.deltas.join('')
  switch (block.type) {
    case 'thinking':
      return {
        id: newId('rs_'),
        type: 'reasoning',
        summary: text ? [{ type: 'summary_text', text }] : [],
        encrypted_content: block.signature,
      }
    case 'text':
      return {
        id: newId('msg_'),
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
      }
    case 'tool_use':
      return {
        id: newId('fc_'),
        type: 'function_call',
        status: 'completed',
        call_id: newId('call_'),
        name: block.name,
        arguments: JSON.stringify(block.input),
      }
  }
}

/** An item as it is announced: its state is encrypted anew at its end. */
function emptied(item: Json): Json {
  switch (item.type) {
    case 'reasoning':
      return { ...item, summary: [], encrypted_content: 'unfinished' }
    case 'message':
      return { ...item, status: 'in_progress', content: [] }
    default:
      return { ...item, status: 'in_progress', arguments: '' }
  }
}

function responseOf(answer: Answer, output: Json[]): Json {
  const isCut = answer.stopReason === 'max_tokens'
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: isCut ? 'incomplete' : 'completed',
    background: false,
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    model: answer.model,
    output,
    store: false,
    usage: usageOf(answer),
  }
}

/** `input_tokens` includes what came from the cache and what went into it. */
function usageOf({ usage, blocks }: Answer): Json {
  const cached_tokens = usage.cache_read_input_tokens
  const cache_write_tokens = usage.cache_creation_input_tokens
  const input_tokens = usage.input_tokens + cached_tokens + cache_write_tokens
  const thought = blocks.filter(({ type }) => type === 'thinking').flatMap(({ deltas }) => deltas)
  return {
    input_tokens,
    input_tokens_details: { cached_tokens, cache_write_tokens },
    output_tokens: usage.output_tokens,
    output_tokens_details: { reasoning_tokens: countTokens(thought.join('')) },
    total_tokens: input_tokens + usage.output_tokens,
  }
}
