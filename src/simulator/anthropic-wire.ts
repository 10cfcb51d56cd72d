import { isRecord } from '../json.ts'
import { countTokens } from './answer.ts'
import { type Dialect, hasBeta, refuse, refuseExtra } from './dialect.ts'
import type { Json } from './json.ts'
import { HALF_A_DELTA, messageEvents, messageObject } from './message-events.ts'
import { checkMessages } from './messages-check.ts'
import { Refusal } from './refusal.ts'
import { type Incoming, json, newId, type Wire } from './wire.ts'

const PING = 'event: ping\ndata: {"type": "ping"}\n\n'

/** The Messages API with Server-Sent Events, also under the paths of OpenRouter and Mantle. */
export const anthropicWire: Wire = {
  name: 'anthropic',
  streamType: 'text/event-stream; charset=utf-8',

  serves: (path) => /^(\/api|\/anthropic)?\/v1\/messages(\/count_tokens)?$/.test(path),

  authenticate({ headers }) {
    const key = headers.get('x-api-key') ?? bearerOf(headers)
    if (!key) throw new Refusal(401, 'x-api-key header is required')
  },

  modelOf: ({ body }) => (isRecord(body) ? String(body.model) : ''),
  isStream: ({ body }) => isRecord(body) && body.stream === true,
  check: checkRequest,
  newRequestId: () => newId('req_011C'),

  headers(requestId, { limit, remaining, resetMs }) {
    const reset = `${new Date(Date.now() + resetMs).toISOString().slice(0, 19)}Z`
    return {
      'request-id': requestId,
      'anthropic-organization-id': 'c0ffee00-0000-4000-8000-000000000000',
      'anthropic-ratelimit-requests-limit': String(limit),
      'anthropic-ratelimit-requests-remaining': String(remaining),
      'anthropic-ratelimit-requests-reset': reset,
      'anthropic-ratelimit-tokens-limit': '4000000',
      'anthropic-ratelimit-tokens-remaining': '4000000',
      'anthropic-ratelimit-tokens-reset': reset,
    }
  },

  count: (incoming) =>
    isCount(incoming) ? json({ input_tokens: countTokens(incoming.text) }) : null,
  message: (answer, incoming) => json(messageObject(answer, accentFor(incoming))),

  *frames(answer, incoming) {
    let pinged = false
    for (const { event, part } of messageEvents(answer, accentFor(incoming))) {
      yield { bytes: encodeEvent(event), part }
      if (event.type === 'content_block_start' && !pinged) {
        pinged = true
        yield { bytes: PING, part: 'rest' }
      }
    }
  },

  ping: PING,
  garbled: `event: content_block_delta\ndata: ${HALF_A_DELTA}\n\n`,

  failure: (type = 'overloaded_error', message = TYPES[type]?.message ?? 'Overloaded') =>
    encodeEvent({ type: 'error', error: { type, message } }),

  statusOf: (type = 'overloaded_error') => TYPES[type]?.status ?? 500,

  refusal({ status, message, details }, requestId) {
    const type = details.type ?? typeOf(status)
    const error = { type, message: message || TYPES[type]?.message || type }
    return json({ type: 'error', error, request_id: requestId }, status, details.headers)
  },
}

function isCount({ path }: Incoming): boolean {
  return /\/count_tokens(\?|$)/.test(path)
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '')?.[1]
}

/** Recorded streams pad their data lines with spaces; a reader has to live with it. */
function encodeEvent(event: Json): string {
  const data = JSON.stringify(event)
  return `event: ${event.type}\ndata: ${data}${' '.repeat(data.length % 16)}\n\n`
}

const TYPES: Record<string, { status: number; message: string }> = {
  invalid_request_error: { status: 400, message: 'Invalid request' },
  authentication_error: { status: 401, message: 'invalid x-api-key' },
  billing_error: { status: 402, message: 'Your account has run out of credit' },
  permission_error: {
    status: 403,
    message: 'Your API key does not have permission to use the specified resource',
  },
  not_found_error: { status: 404, message: 'Not found' },
  request_too_large: { status: 413, message: 'Request exceeds the maximum size' },
  rate_limit_error: {
    status: 429,
    message: 'This request would exceed the rate limit for your organization.',
  },
  api_error: { status: 500, message: 'Internal server error' },
  timeout_error: { status: 504, message: 'Request timed out' },
  overloaded_error: { status: 529, message: 'Overloaded' },
}

function typeOf(status: number): string {
  const known = Object.entries(TYPES).find(([, type]) => type.status === status)
  return known?.[0] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

function accentFor({ body }: Incoming): { infix: string; omitThinking: boolean } {
  const thinking = isRecord(body) ? body.thinking : undefined
  return { infix: '', omitThinking: isRecord(thinking) && thinking.display === 'omitted' }
}

const VERSIONS = ['2023-06-01', '2026-10-21']
const MAX_BODY = 32 * 1024 * 1024

function checkRequest(incoming: Incoming, anyModel: boolean): void {
  const { headers, text, body, path } = incoming
  const version = headers.get('anthropic-version')
  if (!version) refuse('anthropic-version: header is required')
  if (!VERSIONS.includes(version)) {
    refuse(`anthropic-version: "${version}" is not a valid version`)
  }
  if (!headers.get('content-type')?.startsWith('application/json')) {
    refuse('Content-Type must be application/json')
  }
  if (text.length > MAX_BODY) throw new Refusal(413, 'Request exceeds the maximum size')
  if (!isRecord(body)) refuse('The request body is not valid JSON')
  const dialect: Dialect = { service: 'anthropic', version, betas: betasOf(headers) }
  checkMembers(path.startsWith('/api/') ? withoutRouting(body) : body, isCount(incoming), dialect)
  checkModelId(body.model, anyModel)
  const complete = isCount(incoming) ? { max_tokens: 1, ...body } : body
  checkMessages(complete, text, dialect)
}

/** OpenRouter (`/api/v1/messages`) takes its own fields beside Anthropic's (@openrouter/sdk). */
function withoutRouting(body: Json): Json {
  const { provider, models, plugins, session_id, transforms, ...rest } = body
  return rest
}

/** A beta the service has never heard of is an error, not a wish. */
function betasOf(headers: Headers): string[] {
  const betas = (headers.get('anthropic-beta') ?? '').split(',').map((beta) => beta.trim())
  const foreign = betas.find(
    (beta) => beta !== '' && !/^[a-z0-9-]+-\d{4}-?\d{2}-?\d{2}$/.test(beta),
  )
  if (foreign) {
    refuse(
      `Unexpected value(s) \`${foreign}\` for the \`anthropic-beta\` header. ` +
        'Please consult our documentation at docs.anthropic.com or try again without the header.',
    )
  }
  return betas
}

const COUNTED_MEMBERS = [
  ...['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking'],
  ...['output_config', 'cache_control', 'speed'],
]
const MEMBERS = [
  ...COUNTED_MEMBERS,
  ...['max_tokens', 'stop_sequences', 'stream', 'metadata', 'service_tier', 'container'],
  ...['inference_geo', 'diagnostics', 'temperature', 'top_p', 'top_k'],
]
const BETA_MEMBERS: Record<string, string[]> = {
  context_management: ['context-management', 'compact'],
  compaction: ['compact'],
  fallbacks: ['server-side-fallback'],
  fallback_credit_token: ['fallback-credit'],
  mcp_servers: ['mcp-client'],
  output_format: ['structured-outputs'],
  thread: ['message-threads'],
}

function checkMembers(body: Json, isCount: boolean, dialect: Dialect): void {
  const members = isCount ? COUNTED_MEMBERS : MEMBERS
  for (const name of Object.keys(body)) {
    const isKnown = members.includes(name) || hasBeta(dialect, ...(BETA_MEMBERS[name] ?? []))
    if (!isKnown) refuseExtra(name)
  }
}

/** `anthropic.claude-…` is Mantle's way of writing it, `anthropic/claude-…` OpenRouter's. */
function checkModelId(model: unknown, anyModel: boolean): void {
  if (anyModel || typeof model !== 'string') return
  if (!/^(anthropic[./])?claude-[a-z0-9.-]+$/.test(model)) {
    throw new Refusal(404, `model: ${model}`)
  }
}
