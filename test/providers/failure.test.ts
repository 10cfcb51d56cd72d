import { describe, expect, test } from 'bun:test'
import { failureFromResponse, type Refusal } from '../../src/providers/failure.ts'

const refuse = (refusal: Partial<Refusal>) =>
  failureFromResponse({
    provider: 'groq',
    status: 400,
    headers: new Headers(),
    message: '',
    ...refusal,
  })

describe('what a refusal means', () => {
  test.each<[refusal: Partial<Refusal>, outcome: string, code: string]>([
    [{ status: 429 }, 'rate_limited', 'rate_limit_error'],
    [{ status: 413, code: 'rate_limit_exceeded' }, 'rate_limited', 'rate_limit_error'],
    [
      { status: 429, message: 'Too many tokens, please wait before trying again.' },
      'rate_limited',
      'rate_limit_error',
    ],
    [{ status: 429, code: 'insufficient_quota' }, 'billing', 'billing_error'],
    [
      { message: 'Your credit balance is too low to access the Anthropic API.' },
      'billing',
      'billing_error',
    ],
    [{ status: 402 }, 'billing', 'billing_error'],
    [
      { status: 402, message: 'limit_source: openrouter_in_flight_budget' },
      'rate_limited',
      'rate_limit_error',
    ],
    [{ status: 401 }, 'credential', 'authentication_error'],
    [
      {
        status: 403,
        type: 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
      },
      'credential',
      'permission_error',
    ],
    [
      { status: 403, message: "You don't have access to the model with the specified model ID." },
      'unavailable',
      'not_found_error',
    ],
    [{ status: 404 }, 'unavailable', 'not_found_error'],
    [{ message: 'The provided model identifier is invalid.' }, 'unavailable', 'not_found_error'],
    [
      { message: '"thinking.type.enabled" is not supported for this model.' },
      'rejected',
      'invalid_request_error',
    ],
    [{ status: 503 }, 'overloaded', 'overloaded_error'],
    [{ status: 529 }, 'overloaded', 'overloaded_error'],
    [{ status: 498 }, 'overloaded', 'overloaded_error'],
    [{ status: 502 }, 'server_error', 'api_error'],
    [{ status: 504 }, 'server_error', 'timeout_error'],
    [{ status: 408 }, 'bad_answer', 'timeout_error'],
    [{ status: 424 }, 'bad_answer', 'api_error'],
    [{ status: 307 }, 'bad_answer', 'api_error'],
    [{ status: 422 }, 'rejected', 'invalid_request_error'],
    [{ status: 413 }, 'too_long', 'request_too_large'],
  ])('%j is %s', (refusal, outcome, code) => {
    const error = refuse(refusal)
    expect(error.details.outcome).toBe(outcome as never)
    expect(error.code).toBe(code as never)
  })
})

describe('an overflow reads as Claude Code wants to read it', () => {
  test.each([
    [
      'prompt is too long: 210000 tokens > 200000 maximum',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ],
    [
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
      'prompt is too long: 9000 tokens > 8192 maximum',
    ],
    [
      'input length and `max_tokens` exceed context limit: 1 + 2 > 2, decrease input length',
      'input length and `max_tokens` exceed context limit: 1 + 2 > 2, decrease input length',
    ],
  ])('%s', (message, said) => {
    const error = refuse({ message })
    expect(error.details.outcome).toBe('too_long')
    expect(error.message).toBe(said)
    expect(error.status).toBe(400)
  })
})
