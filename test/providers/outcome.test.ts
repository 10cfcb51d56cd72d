import { describe, expect, test } from 'bun:test'
import { type Outcome, ProxyError } from '../../src/errors.ts'
import { failureFromResponse, failureIn200, type Refusal } from '../../src/providers/failure.ts'
import { RECORDED, recorded } from '../support/recorded.ts'

type Row = [what: Partial<Refusal>, outcome: Outcome, code: string]

/** Every row of a group is a refusal of that service, as its documents or its users quote it. */
function mean(rows: Row[]) {
  test.each(rows)('%j', (refusal, outcome, code) => {
    const error = failureFromResponse({
      provider: 'test',
      status: 400,
      headers: new Headers(),
      message: '',
      ...refusal,
    })
    expect(error.details.outcome).toBe(outcome)
    expect(error.code).toBe(code as ProxyError['code'])
  })
}

// platform.claude.com/docs/en/api/errors, and the SDK's types for the codes.
describe('what a refusal of Anthropic means', () => {
  mean([
    [{ status: 400, type: 'invalid_request_error' }, 'rejected', 'invalid_request_error'],
    [{ status: 401, type: 'authentication_error' }, 'credential', 'authentication_error'],
    [{ status: 402, type: 'billing_error' }, 'billing', 'billing_error'],
    [{ status: 403, type: 'permission_error' }, 'credential', 'permission_error'],
    [{ status: 404, type: 'not_found_error' }, 'unavailable', 'not_found_error'],
    [{ status: 409, type: 'conflict_error' }, 'server_error', 'conflict_error'],
    [{ status: 413, type: 'request_too_large' }, 'too_long', 'request_too_large'],
    [{ status: 422 }, 'rejected', 'invalid_request_error'],
    [{ status: 429, type: 'rate_limit_error' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 429, code: 'enforced_spend_limit_reached' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'ramp_limit_exceeded' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 500, type: 'api_error' }, 'server_error', 'api_error'],
    [{ status: 502 }, 'server_error', 'api_error'],
    [{ status: 504, type: 'timeout_error' }, 'server_error', 'timeout_error'],
    [{ status: 529, type: 'overloaded_error' }, 'overloaded', 'overloaded_error'],
    [
      { message: 'Your credit balance is too low to access the Anthropic API.' },
      'billing',
      'billing_error',
    ],
    [{ message: 'You have reached your specified API usage limits.' }, 'billing', 'billing_error'],
    [
      { message: '"thinking.type.enabled" is not supported for this model.' },
      'rejected',
      'invalid_request_error',
    ],
  ])
})

// RFC 9110, and developers.cloudflare.com (5xx errors).
describe('what a status means by itself', () => {
  mean([
    [{ status: 307 }, 'bad_answer', 'api_error'],
    [{ status: 405 }, 'unavailable', 'not_found_error'],
    [{ status: 407 }, 'unreachable', 'api_error'],
    [{ status: 408 }, 'bad_answer', 'timeout_error'],
    [{ status: 410 }, 'unavailable', 'not_found_error'],
    [{ status: 415 }, 'rejected', 'unsupported_media_type'],
    [{ status: 424 }, 'bad_answer', 'api_error'],
    [{ status: 501 }, 'unavailable', 'not_found_error'],
    [{ status: 503 }, 'overloaded', 'overloaded_error'],
    [{ status: 503, type: 'rate_limit_error' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 520 }, 'server_error', 'api_error'],
    [{ status: 521 }, 'unreachable', 'api_error'],
    [{ status: 522 }, 'unreachable', 'api_error'],
    [{ status: 524 }, 'silent', 'timeout_error'],
    [{ status: 525 }, 'unreachable', 'api_error'],
    [{ status: 530 }, 'unreachable', 'api_error'],
  ])
})

// Bedrock's API reference (common errors, InvokeModel) and user guide (troubleshooting).
describe('what a refusal of Bedrock means', () => {
  const aws = (status: number, type: string, message = ''): Partial<Refusal> => ({
    status,
    type,
    message,
  })
  mean([
    [aws(429, 'ThrottlingException'), 'rate_limited', 'rate_limit_error'],
    [
      aws(400, 'ValidationException', 'Too many tokens, please wait before trying again.'),
      'rate_limited',
      'rate_limit_error',
    ],
    [aws(400, 'ServiceQuotaExceededException'), 'rate_limited', 'rate_limit_error'],
    [aws(429, 'ModelNotReadyException'), 'overloaded', 'overloaded_error'],
    [aws(503, 'ServiceUnavailableException'), 'overloaded', 'overloaded_error'],
    [aws(500, 'InternalServerException'), 'server_error', 'api_error'],
    [aws(408, 'ModelTimeoutException'), 'bad_answer', 'timeout_error'],
    [aws(424, 'ModelErrorException'), 'bad_answer', 'api_error'],
    [aws(424, 'ModelStreamErrorException'), 'bad_answer', 'api_error'],
    [
      aws(
        403,
        'AccessDeniedException',
        "You don't have access to the model with the specified model ID.",
      ),
      'unavailable',
      'not_found_error',
    ],
    [
      aws(
        403,
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/ada is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/x',
      ),
      'unavailable',
      'not_found_error',
    ],
    [
      aws(
        403,
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/ada is not authorized to perform: bedrock:CallWithBearerToken',
      ),
      'credential',
      'permission_error',
    ],
    [
      aws(
        403,
        'AccessDeniedException',
        'Model access is denied due to INVALID_PAYMENT_INSTRUMENT: A valid payment instrument must be provided.',
      ),
      'billing',
      'billing_error',
    ],
    [aws(403, 'UnrecognizedClientException'), 'credential', 'permission_error'],
    [
      aws(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
      'credential',
      'permission_error',
    ],
    [aws(400, 'ExpiredTokenException'), 'credential', 'authentication_error'],
    [aws(400, 'IncompleteSignature'), 'credential', 'authentication_error'],
    [
      aws(
        403,
        'SignatureDoesNotMatch',
        "The Canonical String for this request should have been 'POST /model/x/invoke'",
      ),
      'credential',
      'permission_error',
    ],
    [aws(404, 'ResourceNotFoundException'), 'unavailable', 'not_found_error'],
    [
      aws(400, 'ValidationException', 'The provided model identifier is invalid.'),
      'unavailable',
      'not_found_error',
    ],
    [
      aws(
        400,
        'ValidationException',
        "Invocation of model ID x with on-demand throughput isn't supported.",
      ),
      'unavailable',
      'not_found_error',
    ],
    [
      aws(400, 'ValidationException', 'This model version has reached the end of its life.'),
      'unavailable',
      'not_found_error',
    ],
    [aws(400, 'ValidationException', 'Operation not allowed'), 'unavailable', 'not_found_error'],
    [
      aws(400, 'ValidationException', "The provided model doesn't support counting tokens."),
      'unavailable',
      'not_found_error',
    ],
    [
      aws(400, 'ValidationException', 'Input is too long for requested model.'),
      'too_long',
      'invalid_request_error',
    ],
    [
      aws(400, 'ValidationException', 'messages.2.content.0.text: Field required'),
      'rejected',
      'invalid_request_error',
    ],
    [aws(400, 'ConflictException'), 'rejected', 'invalid_request_error'],
  ])
})

// platform.openai.com/docs/guides/error-codes, and OpenAI-compatible services by their own pages.
describe('what a refusal in OpenAI’s words means', () => {
  mean([
    [{ status: 401, code: 'invalid_api_key' }, 'credential', 'authentication_error'],
    [
      { status: 403, code: 'unsupported_country_region_territory' },
      'credential',
      'permission_error',
    ],
    [{ status: 404, code: 'model_not_found' }, 'unavailable', 'not_found_error'],
    [{ code: 'model_not_found' }, 'unavailable', 'not_found_error'],
    [
      { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
      'rate_limited',
      'rate_limit_error',
    ],
    [{ status: 429, code: 'insufficient_quota' }, 'billing', 'billing_error'],
    [{ status: 429, type: 'insufficient_quota' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'billing_not_active' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'credit_balance_exhausted' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'organization_spend_limit_exceeded' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'project_spend_limit_exceeded' }, 'billing', 'billing_error'],
    [{ status: 429, code: 'organization_usage_limit_exceeded' }, 'billing', 'billing_error'],
    [{ status: 500, type: 'server_error' }, 'server_error', 'api_error'],
    [{ status: 503, code: 'slow_down' }, 'overloaded', 'overloaded_error'],
    [{ code: 'context_length_exceeded' }, 'too_long', 'invalid_request_error'],
    [{ code: 'content_policy_violation' }, 'rejected', 'invalid_request_error'],
    [{ code: 'unsupported_value' }, 'rejected', 'invalid_request_error'],
    // Groq: console.groq.com/docs/errors, /docs/deprecations.
    [{ status: 413, code: 'rate_limit_exceeded' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 413, code: 'request_too_large' }, 'too_long', 'request_too_large'],
    [{ status: 498, code: 'capacity_exceeded' }, 'overloaded', 'overloaded_error'],
    [{ code: 'tool_use_failed' }, 'bad_answer', 'api_error'],
    [{ code: 'model_decommissioned' }, 'unavailable', 'not_found_error'],
    [{ code: 'organization_restricted' }, 'credential', 'authentication_error'],
    // Cerebras: inference-docs.cerebras.ai/support/error.
    [{ status: 402 }, 'billing', 'billing_error'],
    [{ status: 429, code: 'token_quota_exceeded' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 429, code: 'queue_exceeded' }, 'rate_limited', 'rate_limit_error'],
    [{ status: 422, code: 'wrong_api_format' }, 'rejected', 'invalid_request_error'],
    // OpenRouter: openrouter.ai/docs/api-reference/errors.
    [{ status: 402, code: 'openrouter_in_flight_budget' }, 'rate_limited', 'rate_limit_error'],
    [
      { status: 403, message: 'Your input was flagged for "violence".' },
      'rejected',
      'permission_error',
    ],
    [{ status: 502, type: 'provider_overloaded' }, 'overloaded', 'overloaded_error'],
    [{ message: 'nope/nope is not a valid model ID' }, 'unavailable', 'not_found_error'],
    // Gemini and xAI.
    [
      { message: 'API key not valid. Please pass a valid API key.' },
      'credential',
      'authentication_error',
    ],
    [{ message: 'Incorrect API key provided: xa***' }, 'credential', 'authentication_error'],
    [
      { status: 429, message: 'You exceeded your current quota, please check your plan' },
      'rate_limited',
      'rate_limit_error',
    ],
  ])
})

describe('an error inside a 200', () => {
  test.each<[error: Record<string, unknown>, outcome: Outcome]>([
    [{ type: 'overloaded_error', message: 'Overloaded' }, 'overloaded'],
    [{ type: 'rate_limit_error' }, 'rate_limited'],
    [{ type: 'api_error' }, 'server_error'],
    [{ type: 'timeout_error' }, 'server_error'],
    [{ type: 'authentication_error' }, 'credential'],
    [{ type: 'permission_error' }, 'credential'],
    [{ type: 'billing_error' }, 'billing'],
    [{ type: 'not_found_error', message: 'model: x' }, 'unavailable'],
    [{ type: 'request_too_large' }, 'too_long'],
    [
      { type: 'invalid_request_error', message: 'prompt is too long: 2 tokens > 1 maximum' },
      'too_long',
    ],
    [{ type: 'invalid_request_error' }, 'rejected'],
    [{ type: 'server_error' }, 'server_error'],
    [{ type: 'constructor' }, 'bad_answer'],
    [{ type: 7, message: null }, 'bad_answer'],
    [{}, 'bad_answer'],
  ])('%j means what it would mean with a status', (error, outcome) => {
    const failure = failureIn200('test', error)
    expect(failure).toBeInstanceOf(ProxyError)
    expect(failure.details.outcome).toBe(outcome)
  })
})

test.skipIf(!RECORDED).each<[name: string, outcome: Outcome]>([
  ['anthropic/error-401', 'credential'],
  ['anthropic/error-404-count-tokens', 'unavailable'],
  ['anthropic/error-400-effort-unsupported', 'rejected'],
  ['synthetic/anthropic-429', 'rate_limited'],
  ['synthetic/anthropic-529', 'overloaded'],
  ['bedrock/error-403-expired-token', 'credential'],
  ['bedrock/error-400-invoke-stream-invalid-model', 'unavailable'],
  ['bedrock/error-400-count-tokens-profile', 'unavailable'],
  ['bedrock/error-400-count-tokens-server-tool', 'rejected'],
])('the recorded %s is %s', async (name, outcome) => {
  const { response } = await recorded(name)
  const body = response.body as { message?: string; error?: { type: string; message: string } }
  const failure = failureFromResponse({
    provider: 'test',
    status: response.status,
    headers: new Headers(response.headers),
    message: body.error?.message ?? body.message ?? '',
    type: body.error?.type ?? response.headers['x-amzn-errortype']?.split(':')[0] ?? null,
  })
  expect(failure.details.outcome).toBe(outcome)
})
