import { describe, expect, test } from 'bun:test'
import { adviceFor } from '../../views/advice.ts'
import { SITUATIONS } from '../../views/situations.ts'

/** What services say, whose words they are, what became of it, and a part of what helps. */
const SAID: [provider: string, outcome: string, words: string, helps: string][] = [
  ['bedrock', 'credential', 'The security token included in the request is expired', 'sso login'],
  [
    'bedrock',
    'credential',
    'bedrock: no AWS credentials: Token is expired. To refresh this SSO session run "aws sso login"',
    '`providers.bedrock.profile_name`',
  ],
  [
    'bedrock',
    'credential',
    'bedrock: no AWS credentials: Could not load credentials from any providers',
    '`AWS_BEARER_TOKEN_BEDROCK`',
  ],
  [
    'bedrock',
    'credential',
    'The security token included in the request is invalid.',
    'aws sts get-caller-identity',
  ],
  [
    'bedrock',
    'credential',
    'Signature expired: 20261122T1200Z is now earlier than 20261122T1210Z',
    'clock',
  ],
  [
    'bedrock',
    'unavailable',
    'Model use case details have not been submitted for this account.',
    'use case form',
  ],
  [
    'bedrock',
    'unavailable',
    'Model access is denied: not authorized to perform the required AWS Marketplace actions (aws-marketplace:Subscribe)',
    '`aws-marketplace:Subscribe`',
  ],
  [
    'bedrock',
    'unavailable',
    'User: arn:aws:iam::1:user/me is not authorized to perform: bedrock:InvokeModel on resource: x',
    'IAM policy',
  ],
  [
    'bedrock',
    'unavailable',
    "You don't have access to the model with the specified model ID.",
    'Model access',
  ],
  [
    'bedrock',
    'unavailable',
    'Invocation of model ID anthropic.claude-x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile.',
    '`us.anthropic.…`',
  ],
  ['bedrock', 'unavailable', 'The provided model identifier is invalid.', '`region`'],
  ['bedrock', 'unavailable', 'This model version has reached the end of its life.', 'successor'],
  ['bedrock', 'unavailable', 'Operation not allowed', 'AWS Support'],
  ['bedrock', 'rate_limited', 'Too many tokens per day, please wait before trying again.', 'day'],
  [
    'groq',
    'rate_limited',
    'Request too large for model `x` on tokens per minute (TPM): Limit 8000, Requested 10251, please reduce your message size',
    'large requests go elsewhere',
  ],
  [
    'bedrock',
    'rate_limited',
    'Too many requests, please wait before trying again.',
    'Service Quotas',
  ],
  [
    'groq',
    'rate_limited',
    'Rate limit reached for model `x` on requests per minute (RPM): Limit 30, Used 30',
    'Set `rpm`',
  ],
  [
    'openai',
    'rate_limited',
    'Rate limit reached for gpt-x on tokens per min (TPM): Limit 30000, Used 29000',
    'Set `tpm`',
  ],
  [
    'anthropic',
    'rate_limited',
    "This request would exceed your account's rate limit. Please try again later.",
    '`limit_group`',
  ],
  ['zai', 'rate_limited', 'High concurrency usage of this API', '`max_concurrent`'],
  ['anthropic', 'billing', 'Your credit balance is too low to access the API.', 'Buy credits'],
  [
    'openai',
    'billing',
    'You exceeded your current quota, please check your plan and billing details.',
    'ChatGPT',
  ],
  [
    'openrouter',
    'billing',
    'This request requires more credits, or fewer max_tokens. You can only afford 512.',
    '`CLAUDE_CODE_MAX_OUTPUT_TOKENS`',
  ],
  [
    'anthropic',
    'billing',
    'You have reached your specified workspace API usage limits.',
    'spend limit',
  ],
  [
    'bedrock',
    'billing',
    'INVALID_PAYMENT_INSTRUMENT: A valid payment instrument must be provided.',
    'payment method',
  ],
  ['groq', 'failed', 'groq has no key: set GROQ_API_KEY.', 'start it again'],
  [
    'anthropic',
    'credential',
    'OAuth authentication is currently not supported.',
    '`providers.anthropic.auth: passthrough`',
  ],
  ['local', 'unavailable', 'model "qwen" not found, try pulling it first', '`ollama pull`'],
  ['local', 'unavailable', 'No models loaded. Please load a model.', 'Load the model'],
  [
    'openrouter',
    'unavailable',
    'No endpoints found matching your data policy.',
    'openrouter.ai/settings/privacy',
  ],
  [
    'anthropic',
    'too_long',
    'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000',
    '`CLAUDE_CODE_MAX_OUTPUT_TOKENS`',
  ],
  ['anthropic', 'too_long', 'Request exceeds the maximum size', 'PDFs'],
  ['bedrock', 'bad_answer', 'bedrock: the connection was closed (ECONNRESET)', 'broke off'],
  ['local', 'unreachable', 'local: could not be reached (ECONNREFUSED)', '`ollama serve`'],
  ['other', 'unreachable', 'other: could not be reached (ENOTFOUND)', 'name of the host'],
  [
    'other',
    'unreachable',
    'other: could not be reached (DEPTH_ZERO_SELF_SIGNED_CERT)',
    '`NODE_EXTRA_CA_CERTS`',
  ],
  [
    'other',
    'unreachable',
    'other: no connection to llm.example within 10 s (connect_timeout)',
    'firewall',
  ],
  [
    'other',
    'bad_answer',
    'other: the answer is not JSON (text/html; charset=utf-8): <!doctype html>',
    '`providers.other.base_url`',
  ],
  [
    'groq',
    'bad_answer',
    'Tool call validation failed: parameters did not match schema',
    'further back',
  ],
  ['openai', 'rejected', 'Your input was flagged by moderation.', 'in other words'],
  [
    'anthropic',
    'rejected',
    'messages.3: `tool_use` ids were found without `tool_result` blocks',
    '`/clear`',
  ],
  [
    'anthropic',
    'rejected',
    'messages.1.content.0: Invalid `signature` in `thinking` block',
    'thinking that this service did not write',
  ],
  ['anthropic', 'rejected', 'messages.0: image exceeds 5 MB maximum', 'image'],
  [
    'local',
    'silent',
    'No answer within 540 s (server.request_timeout)',
    '`server.request_timeout`',
  ],
]

describe('advice', () => {
  test.each(SAID)('for %s, %s: %s', (provider, outcome, example, helps) => {
    expect(adviceFor({ provider, outcome, example })).toContain(helps)
  })

  test('is sharp in every situation of the table', () => {
    const reached = SAID.map(([, outcome, words]) =>
      SITUATIONS.find(
        (one) =>
          (!one.outcomes || one.outcomes.some((each) => each === outcome)) && one.words.test(words),
      ),
    )
    expect(SITUATIONS.filter((situation) => !reached.includes(situation))).toEqual([])
  })

  test('for a key names the variable of a provider that has one, and else only the config', () => {
    const example = 'invalid x-api-key'

    expect(adviceFor({ provider: 'groq', outcome: 'credential', example })).toContain(
      '`providers.groq.api_key` in the config, else `GROQ_API_KEY` in the environment',
    )
    expect(adviceFor({ provider: 'mine', outcome: 'credential', example })).toContain(
      'Check the key: `providers.mine.api_key` in the config.',
    )
  })

  test('goes by the kind where the words say nothing', () => {
    const about = (outcome: string) => adviceFor({ provider: 'local', outcome, example: 'Hm.' })

    expect(about('rate_limited')).toContain('`rpm`')
    expect(about('too_long')).toContain('`/compact`')
    expect(about('silent')).toContain('`first_event_timeout`')
    expect(about('unsupported')).toContain('`strip`')
    expect(about('failed')).toContain('Providers page')
  })

  test('says so when it knows none, also for a kind of another version', () => {
    for (const outcome of ['', 'gone_fishing', 'constructor']) {
      expect(adviceFor({ provider: null, outcome, example: '' })).toBe(
        'The message is all that is known.',
      )
    }
  })
})
