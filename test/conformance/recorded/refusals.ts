import type { Outcome } from '../../../src/errors.ts'
import type { Row } from './recordings.ts'

/** A recorded refusal, and what follows from it. */
export interface Refusal extends Row {
  /** How the attempt is judged. */
  outcome: Outcome
  /** The error the client gets where nobody else is left to ask. */
  status: number
  type: string
  /** What the client reads; where it is absent, the service's own words. */
  says?: string
}

type Judged = [name: string, outcome: Outcome, status: number, type: string, says?: string]

/** Refusals by status, and errors inside a 200 before anything was said. */
export const REFUSALS: readonly Refusal[] = [
  ...judged('anthropic', 'anthropic', [
    ['anthropic/error-400-effort-unsupported', 'unsupported', 400, 'invalid_request_error'],
    ['anthropic/error-401', 'credential', 401, 'authentication_error'],
    ['synthetic/anthropic-429', 'rate_limited', 429, 'rate_limit_error'],
    ['synthetic/anthropic-529', 'overloaded', 529, 'overloaded_error'],
    [
      'synthetic/anthropic-overloaded-before-content.sse',
      'overloaded',
      529,
      'overloaded_error',
      'Overloaded',
    ],
    // In one chunk: the error is there before any of the text has gone out.
    [
      'synthetic/anthropic-api-error-mid-text.sse',
      'server_error',
      500,
      'api_error',
      'Internal server error',
    ],
  ]),
  ...judged('invoke', 'bedrock', [
    ['bedrock/error-400-invoke-stream-invalid-model', 'unavailable', 404, 'not_found_error'],
    ['bedrock/error-403-expired-token', 'credential', 403, 'permission_error'],
    [firstFrame('throttling'), 'rate_limited', 429, 'rate_limit_error', 'Too many tokens, please'],
    [firstFrame('service-unavailable'), 'overloaded', 529, 'overloaded_error', 'Service unavail'],
    [
      firstFrame('validation'),
      'too_long',
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ],
    [
      'synthetic/bedrock-unmodeled-error-frame.eventstream.bin',
      'server_error',
      500,
      'api_error',
      'boom',
    ],
    [
      'synthetic/bedrock-bad-crc.eventstream.bin',
      'bad_answer',
      500,
      'api_error',
      'a frame of the stream is damaged',
    ],
  ]),
  ...judged('chat', 'openai', [
    ['openai/error-404-model', 'unavailable', 404, 'not_found_error'],
    ['openai/error-400-system-role', 'rejected', 400, 'invalid_request_error'],
    ['openai/error-400-legacy-parameter', 'rejected', 400, 'invalid_request_error'],
    ['openai/error-400-temperature', 'unsupported', 400, 'invalid_request_error'],
    ['synthetic/openai-400-tools-need-responses', 'rejected', 400, 'invalid_request_error'],
    ['synthetic/openai-429-insufficient-quota', 'billing', 402, 'billing_error'],
  ]),
  ...judged('chat', 'groq', [
    ['groq/error-400-tool-use-failed', 'bad_answer', 500, 'api_error'],
    ['groq/error-404-model', 'unavailable', 404, 'not_found_error'],
    ['synthetic/groq-413-request-too-large', 'rate_limited', 429, 'rate_limit_error'],
    ['synthetic/groq-429-requests', 'rate_limited', 429, 'rate_limit_error'],
  ]),
  ...judged('chat', 'openrouter', [
    [
      'openrouter/error-429',
      'rate_limited',
      429,
      'rate_limit_error',
      'google/gemini-2.0-flash-exp:free is temporarily rate-limited upstream.',
    ],
  ]),
  ...judged('responses', 'openai', [
    ['openai/responses-error-400-reasoning-without-item', 'rejected', 400, 'invalid_request_error'],
  ]),
]

/** Streams that break off after the client has got something of them. */
export const BROKEN_OFF: readonly Refusal[] = [
  ...judged('invoke', 'bedrock', [
    [
      'synthetic/bedrock-truncated-frame.eventstream.bin',
      'bad_answer',
      200,
      'overloaded_error',
      'the stream was cut inside a frame',
    ],
    [
      'synthetic/bedrock-keepalive-no-type.eventstream.bin',
      'bad_answer',
      200,
      'overloaded_error',
      'the stream broke off',
    ],
    [
      'synthetic/bedrock-invoke-model-stream-error-mid-text.eventstream.bin',
      'bad_answer',
      200,
      'overloaded_error',
      'The model stopped responding.',
    ],
  ]),
  ...judged('chat', 'groq', [
    [
      'groq/stream-error-tool-use-failed',
      'bad_answer',
      200,
      'overloaded_error',
      'Tool call validation failed',
    ],
  ]),
  ...judged('chat', 'openrouter', [
    [
      'openrouter/stream-error-chunk',
      'rejected',
      200,
      'invalid_request_error',
      'Token limit reached',
    ],
  ]),
]

function judged(wire: Row['wire'], provider: string, list: Judged[]): Refusal[] {
  return list.map(([name, outcome, status, type, says]) => {
    const refusal = { name, wire, provider, outcome, status, type }
    return says === undefined ? refusal : { ...refusal, says }
  })
}

function firstFrame(exception: string): string {
  return `synthetic/bedrock-invoke-${exception}-first-frame.eventstream.bin`
}
