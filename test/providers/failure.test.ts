import { describe, expect, test } from 'bun:test'
import type { ErrorDetails } from '../../src/errors.ts'
import { failureFromResponse, type Refusal } from '../../src/providers/failure.ts'

const refuse = (refusal: Partial<Refusal>) =>
  failureFromResponse({
    provider: 'groq',
    status: 400,
    headers: new Headers(),
    message: '',
    ...refusal,
  })

describe('an overflow reads as Claude Code wants to read it, and gives its numbers', () => {
  test.each<[message: string, said: string, prompt: number | null, limit: number | null]>([
    [
      'prompt is too long: 210000 tokens > 200000 maximum',
      'prompt is too long: 210000 tokens > 200000 maximum',
      210_000,
      200_000,
    ],
    [
      'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
      'The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum',
      210_000,
      200_000,
    ],
    [
      'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length',
      'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length',
      190_000,
      200_000,
    ],
    // OpenAI.
    [
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
      'prompt is too long: 9000 tokens > 8192 maximum',
      9000,
      8192,
    ],
    [
      'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
      'prompt is too long: 300000 tokens > 272000 maximum',
      300_000,
      272_000,
    ],
    [
      'Your input exceeds the context window of this model.',
      'prompt is too long: Your input exceeds the context window of this model.',
      null,
      null,
    ],
    // vLLM and OpenRouter, which add the answer to what was requested.
    [
      "This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (8500 in the messages, 1000 in the completion).",
      'prompt is too long: 8500 tokens > 8192 maximum',
      8500,
      8192,
    ],
    [
      "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (139000 of text input, 1000 in the output).",
      'prompt is too long: 139000 tokens > 131072 maximum',
      139_000,
      131_072,
    ],
    // Cerebras, xAI, Gemini, Moonshot, Mistral.
    [
      'Please reduce the length of the messages or completion. Current length is 43000 while limit is 8192',
      'prompt is too long: 43000 tokens > 8192 maximum',
      43_000,
      8192,
    ],
    [
      "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
      'prompt is too long: 140000 tokens > 131072 maximum',
      140_000,
      131_072,
    ],
    [
      'The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).',
      'prompt is too long: 1200000 tokens > 1048576 maximum',
      1_200_000,
      1_048_576,
    ],
    [
      'Your request exceeded model token limit: 131072 (requested: 140000)',
      'prompt is too long: 140000 tokens > 131072 maximum',
      140_000,
      131_072,
    ],
    [
      'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      'prompt is too long: 40000 tokens > 32768 maximum',
      40_000,
      32_768,
    ],
    // vLLM, LM Studio, Z.ai.
    [
      "You passed 40000 input tokens and requested 100 output tokens. However, the model's context length is only 32768 tokens",
      'prompt is too long: 40000 tokens > 32768 maximum',
      40_000,
      32_768,
    ],
    [
      'The model is loaded with context length of only 4096 tokens, which is not enough',
      'prompt is too long: The model is loaded with context length of only 4096 tokens, which is not enough',
      null,
      4096,
    ],
    ['Prompt exceeds max length', 'prompt is too long: Prompt exceeds max length', null, null],
    // llama.cpp, Text Generation Inference, Bedrock.
    [
      'the request (9000 tokens) exceeds the available context size (8192 tokens)',
      'prompt is too long: 9000 tokens > 8192 maximum',
      9000,
      8192,
    ],
    [
      '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`',
      'prompt is too long: 5000 tokens > 4096 maximum',
      5000,
      4096,
    ],
    [
      'Too many input tokens. Max input tokens: 4096, request input token count: 5000',
      'prompt is too long: 5000 tokens > 4096 maximum',
      5000,
      4096,
    ],
    [
      'Input is too long for requested model.',
      'prompt is too long: Input is too long for requested model.',
      null,
      null,
    ],
  ])('%s', (message, said, promptTokens, limitTokens) => {
    const error = refuse({ message })
    expect(error.details).toMatchObject({
      outcome: 'too_long',
      window: { promptTokens, limitTokens },
    })
    expect(error.message).toBe(said)
    expect(error.status).toBe(400)
  })

  test.each([200, 413, 422])('with status %i as well', (status) => {
    const error = refuse({
      status,
      code: 'context_length_exceeded',
      message: 'Current length is 9000 while limit is 8192',
    })
    expect(error.message).toBe('prompt is too long: 9000 tokens > 8192 maximum')
    expect(error.status).toBe(400)
  })

  test('soon, whatever the refusal quotes', () => {
    const start = performance.now()
    for (const quoted of ['1', '1,', 'a', 'a.']) {
      refuse({ message: `prompt is too long: ${quoted.repeat(30_000)}` })
    }
    expect(performance.now() - start).toBeLessThan(500)
  })

  test('unless the body is what was too large', () => {
    const error = refuse({ status: 413, message: 'Request exceeds the maximum size' })
    expect(error.details).toMatchObject({ outcome: 'too_long', upstreamStatus: 413 })
    expect(error.details.window).toBeUndefined()
    expect(error.message).toBe('Request exceeds the maximum size')
    expect(error.status).toBe(413)
  })
})

describe('a rate limit tells what it counts', () => {
  const groq = (scope: string) =>
    `Rate limit reached for model x on ${scope}: Limit 30, Used 30, Requested 1. Please try again in 2s. Need more tokens? Upgrade to Dev Tier today`

  test.each<[refusal: Partial<Refusal>, limited: ErrorDetails['limited']]>([
    [{ message: 'Too many tokens, please wait before trying again.' }, 'tokens'],
    [{ message: 'Too many tokens per day, please wait before trying again.' }, 'tokens'],
    [{ message: 'Too many requests, please wait before trying again.' }, 'requests'],
    [{ message: 'Too many connections, please wait before trying again.' }, 'concurrency'],
    [{ message: groq('requests per minute (RPM)'), type: 'requests' }, 'requests'],
    [{ message: groq('requests per day (RPD)') }, 'requests'],
    [{ message: groq('tokens per minute (TPM)') }, 'tokens'],
    [{ message: 'Limit reached', type: 'tokens' }, 'tokens'],
    [{ message: '', code: 'token_quota_exceeded' }, 'tokens'],
    [{ message: 'your rate limit of 40,000 input tokens per minute' }, 'tokens'],
    [{ message: 'the rate limit of 50 requests per minute' }, 'requests'],
    [{ message: 'Number of concurrent connections has exceeded your rate limit' }, 'concurrency'],
    [{ message: 'Concurrency limit reached for requests' }, 'concurrency'],
    [{ status: 402, code: 'openrouter_in_flight_budget' }, 'concurrency'],
    [{ message: 'Please try again later.' }, undefined],
    [
      {
        message: 'Please try again later.',
        headers: new Headers({
          'anthropic-ratelimit-input-tokens-remaining': '0',
          'anthropic-ratelimit-requests-remaining': '12',
        }),
      },
      'tokens',
    ],
    [
      {
        headers: new Headers({
          'x-ratelimit-remaining-tokens': '0',
          'x-ratelimit-remaining-requests': '0',
        }),
      },
      undefined,
    ],
  ])('%j: %p', (refusal, limited) => {
    const { details } = refuse({ status: 429, ...refusal })
    expect(details.outcome).toBe('rate_limited')
    expect(details.limited).toBe(limited as 'tokens')
  })
})
