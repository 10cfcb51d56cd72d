import { expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import { namingUnsupported, strippableIn } from '../../../src/providers/claude/unsupported.ts'

const EXTRA = 'Extra inputs are not permitted'

test.each<[message: string, ...strips: string[]]>([
  [`context_management: ${EXTRA}`, 'context_management'],
  [`messages.3.content.0.cache_control.scope: ${EXTRA}`, 'cache_control.scope'],
  [`messages.3.content.0.text.cache_control.scope: ${EXTRA}`, 'cache_control.scope'],
  [`system.1.cache_control.ephemeral.ttl: ${EXTRA}`, 'cache_control.ttl'],
  [
    `messages.1.content.2.tool_result.content.0.text.citations: ${EXTRA}`,
    'content.content.citations',
  ],
  [
    `messages.1.content.2.tool_result.content.0.text.cache_control: ${EXTRA}`,
    'content.content.cache_control',
  ],
  [`messages.1.content.0.tool_use.caller: ${EXTRA}`, 'messages.content.caller'],
  [`messages.2.output_config: ${EXTRA}`, 'messages.output_config'],
  [`thinking.adaptive.display: ${EXTRA}`, 'thinking.display'],
  [`output_config.effort: ${EXTRA}`, 'output_config.effort'],
  [`context_management.edits.0.clear_thinking_20251015.keep: ${EXTRA}`, 'edits.keep'],
  [
    `The model returned the following errors: tools.0.custom.defer_loading: ${EXTRA}`,
    'tools.defer_loading',
  ],
  [`***.***.cache_control.scope: ${EXTRA}; metadata: ${EXTRA}`, 'cache_control.scope', 'metadata'],
  [
    'Malformed input request: #: extraneous key [context_management] is not permitted, please reformat your input and try again.',
    'context_management',
  ],
  [
    'Malformed input request: #/tools/0: extraneous key [strict] is not permitted, please reformat your input and try again.',
    'tools.strict',
  ],
  [
    'Unexpected value(s) `a-b-2025-06-27` for the `anthropic-beta` header. Please consult our documentation.',
    'beta:a-b-2025-06-27',
  ],
  [
    'Unexpected value(s) `a-2025-06-27`, `claude-code-20250219` for the `anthropic-beta` header.',
    'beta:a-2025-06-27',
    'beta:claude-code-20250219',
  ],
  ['invalid beta flag', 'beta:*'],
  ['Invalid beta flag: effort-2025-11-24', 'beta:effort-2025-11-24'],
  [
    'The long context beta context-1m-2025-08-07 is not available with this anthropic-beta header',
    'beta:context-1m-2025-08-07',
  ],
  ['mcp_servers requires mcp-client-2025-11-20 in the anthropic-beta header'],
  [
    "tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom'",
    'tool:web_search_20250305',
  ],
  [
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive"',
    'thinking',
  ],
  ['adaptive thinking is not supported on this model', 'thinking'],
  [
    "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
    'output_config.effort',
  ],
  ['This model does not support the effort parameter.', 'output_config.effort'],
  ['`temperature` may only be set to 1 for this model.', 'temperature'],
  ['`temperature` is deprecated for this model.', 'temperature'],
  ['`top_p` must be greater than or equal to 0.99 or unset for this model.', 'top_p'],
  [
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    'top_p',
  ],
  ['`temperature` may only be set to 1 when thinking is enabled.'],
  [`messages.0.content: ${EXTRA}`],
  [`tools: ${EXTRA}`],
  // The mistake of one client: left out everywhere, it would cost all others what their blocks need.
  [`messages.0.content.0.text.thinking: ${EXTRA}`],
  [`messages.0.content.0.image.source.base64.url: ${EXTRA}`],
  [`thinking.adaptive.budget_tokens: ${EXTRA}`],
  [`thinking: ${EXTRA}`, 'thinking'],
  [`messages.1.content.0.thinking.cache_control: ${EXTRA}`],
  [`tool_choice.none.disable_parallel_tool_use: ${EXTRA}`],
  [`tool_choice.auto.disable_parallel_tool_use: ${EXTRA}`, 'tool_choice.disable_parallel_tool_use'],
  ['messages.0.content.0.text: Field required'],
  ['prompt is too long: 200001 tokens > 200000 maximum'],
  ['max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens'],
])('%s', (message, ...strips) => {
  expect(strippableIn(message)).toEqual(strips)
})

test('what a refusal quotes costs no time', () => {
  const start = performance.now()
  for (const quoted of ['a', 'a.']) expect(strippableIn(quoted.repeat(30_000))).toEqual([])
  expect(performance.now() - start).toBeLessThan(500)
})

test('only a refusal of the request itself is one that leaving out may help', () => {
  const message = `context_management: ${EXTRA}`
  const outcomeOf = (outcome: 'rejected' | 'overloaded') =>
    namingUnsupported(new ProxyError('api_error', message, { outcome })).details.outcome
  expect(outcomeOf('rejected')).toBe('unsupported')
  expect(outcomeOf('overloaded')).toBe('overloaded')
})
