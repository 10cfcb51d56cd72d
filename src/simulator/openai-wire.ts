import { isRecord } from '../json.ts'
import type { Answer, AnswerBlock } from './answer.ts'
import { bearerOf } from './anthropic-wire.ts'
import { checkChat } from './chat-check.ts'
import { reject } from './chat-refusal.ts'
import { type ChatService, chatServiceOf } from './chat-service.ts'
import type { Json } from './json.ts'
import { Refusal } from './refusal.ts'
import { type Frame, type Incoming, json, newId, type Wire } from './wire.ts'

/** Chat Completions, as OpenAI and, by the path (chat-service.ts), others have it. */
export const openaiWire: Wire = {
  name: 'openai',
  streamType: 'text/event-stream; charset=utf-8',

  serves: (path) => /^(\/openai|\/api|\/as\/\w+)?(\/v1)?\/chat\/completions$/.test(path),

  authenticate({ headers }) {
    if (bearerOf(headers)) return
    throw new Refusal(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization " +
        'header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).',
    )
  },

  modelOf: ({ body }) => (isRecord(body) ? String(body.model) : ''),
  isStream: ({ body }) => isRecord(body) && body.stream === true,

  check(incoming) {
    if (!incoming.headers.get('content-type')?.startsWith('application/json')) {
      reject('Unsupported content type. This API method only accepts application/json requests.')
    }
    if (!isRecord(incoming.body)) {
      reject('We could not parse the JSON body of your request.')
    }
    checkChat(incoming.body, serviceFor(incoming))
  },

  newRequestId: () => newId('req_'),

  headers: (requestId, { limit, remaining, resetMs }) => ({
    'x-request-id': requestId,
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': durationOf(resetMs),
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-tokens': '2000000',
    'x-ratelimit-reset-tokens': '0s',
  }),

  count: () => null,

  message: (answer) =>
    json({
      ...envelope(answer, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: wholeMessage(answer),
          logprobs: null,
          finish_reason: finishOf(answer),
        },
      ],
      usage: usageOf(answer),
    }),

  frames: chunks,
  ping: ': keep-alive\n\n',
  garbled:
    'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',

  failure(
    type = 'server_error',
    message = 'The server had an error while processing your request',
  ) {
    return encode({ error: { message, type, param: null, code: type } })
  },

  statusOf: (type = 'server_error') =>
    Object.values(KINDS).find(({ code }) => code === type)?.status ?? 500,

  refusal({ status, message, details }) {
    const kind = KINDS[status] ?? KINDS[status >= 500 ? 500 : 400]
    const error = {
      message: message || kind?.message,
      type: kind?.type,
      param: details.param ?? null,
      code: details.type ?? kind?.code ?? null,
    }
    return json({ error }, status, details.headers)
  },
}

interface Kind {
  status: number
  type: string
  code: string | null
  message: string
}

const KINDS: Record<number, Kind> = Object.fromEntries(
  (
    [
      [400, 'invalid_request_error', null, 'Invalid request'],
      [401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided'],
      [402, 'billing_error', 'payment_required', 'Payment required'],
      [403, 'invalid_request_error', 'access_denied', 'You do not have access'],
      [404, 'invalid_request_error', 'model_not_found', 'The model does not exist'],
      [413, 'tokens', 'rate_limit_exceeded', 'Request too large for model'],
      [429, 'requests', 'rate_limit_exceeded', 'Rate limit reached. Please try again later.'],
      [500, 'server_error', 'server_error', 'The server had an error'],
      [503, 'server_error', 'service_unavailable', 'The engine is currently overloaded'],
    ] as const
  ).map(([status, type, code, message]) => [status, { status, type, code, message }]),
)

function serviceFor({ path, body }: Incoming): ChatService {
  return chatServiceOf(path, isRecord(body) ? String(body.model) : '')
}

/** Go's way of writing a duration, which OpenAI's limit headers use. */
function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

function* chunks(answer: Answer, { body }: Incoming): Generator<Frame> {
  const head = envelope(answer, 'chat.completion.chunk')
  const options = isRecord(body) && isRecord(body.stream_options) ? body.stream_options : {}
  const usage = options.include_usage === true ? { usage: null } : {}
  const chunk = (delta: Json, finish_reason: string | null = null) =>
    encode({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...usage,
    })
  const hasText = answer.blocks.some(({ type }) => type === 'text')
  const role = { role: 'assistant', content: hasText ? '' : null, refusal: null }
  yield { bytes: chunk(role), part: 'head' }
  let index = 0
  for (const block of answer.blocks) {
    if (block.type !== 'tool_use') {
      const member = block.type === 'text' ? 'content' : 'reasoning'
      for (const text of block.deltas) yield { bytes: chunk({ [member]: text }), part: 'delta' }
      continue
    }
    for (const [position, text] of block.deltas.entries()) {
      const call = position === 0 ? openingOf(block) : { function: { arguments: text } }
      yield { bytes: chunk({ tool_calls: [{ index, ...call }] }), part: 'delta' }
    }
    index++
  }
  yield { bytes: chunk({}, finishOf(answer)), part: 'rest' }
  if ('usage' in usage) {
    yield { bytes: encode({ ...head, choices: [], usage: usageOf(answer) }), part: 'rest' }
  }
  yield { bytes: 'data: [DONE]\n\n', part: 'end' }
}

function encode(chunk: Json): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

function envelope({ model }: Answer, object: string): Json {
  return {
    id: newId('chatcmpl-'),
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    service_tier: 'default',
    system_fingerprint: 'fp_51a1a10e',
  }
}

function openingOf({ name }: Extract<AnswerBlock, { type: 'tool_use' }>): Json {
  return { id: newId('call_'), type: 'function', function: { name, arguments: '' } }
}

function wholeMessage({ blocks }: Answer): Json {
  const textOf = (type: AnswerBlock['type']) =>
    blocks
      .filter((block) => block.type === type)
      .flatMap((block) => block.deltas)
      .join('')
  const calls = blocks.filter((block) => block.type === 'tool_use')
  const reasoning = textOf('thinking')
  return {
    role: 'assistant',
    content: blocks.some(({ type }) => type === 'text') ? textOf('text') : null,
    refusal: null,
    ...(reasoning && { reasoning }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ name, input }) => ({
        id: newId('call_'),
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
  }
}

function finishOf({ stopReason }: Answer): string {
  return { end_turn: 'stop', max_tokens: 'length', tool_use: 'tool_calls' }[stopReason]
}

/** `prompt_tokens` includes what came from the cache and what went into it. */
function usageOf({ usage, blocks }: Answer): Json {
  const cached = usage.cache_read_input_tokens
  const written = usage.cache_creation_input_tokens
  const prompt = usage.input_tokens + cached + written
  const thought = blocks.filter(({ type }) => type === 'thinking').flatMap(({ deltas }) => deltas)
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output_tokens,
    total_tokens: prompt + usage.output_tokens,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: Math.ceil(thought.join('').length / 4) },
  }
}
