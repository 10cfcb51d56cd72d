import { expect, test } from 'bun:test'
import { anthropicWire } from '../../src/simulator/anthropic-wire.ts'

const user = { role: 'user', content: 'Hi' }
const call = { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} }
const asked = { role: 'assistant', content: [call] }
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' }
const system = { role: 'system', content: 'Be brief.' }
const tool = { name: 'Read', input_schema: { type: 'object', properties: {} } }
const cached = { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }

test.each([
  [{ foo: 1 }, 'foo: Extra inputs are not permitted'],
  [{ max_tokens: undefined }, 'max_tokens: Field required'],
  [{ max_tokens: 'many' }, 'max_tokens: Input should be a valid integer'],
  [{ max_tokens: 200_000 }, 'max_tokens: 200000 > 128000, which is the maximum allowed'],
  [{ messages: [] }, 'messages: at least one message is required'],
  [{ messages: [{ role: 'robot', content: 'Hi' }] }, "messages.0.role: Input should be 'user'"],
  [{ messages: [{ ...user, name: 'Ada' }] }, 'messages.0.name: Extra inputs are not permitted'],
  [{ messages: [{ role: 'user', content: [{ type: 'song' }] }] }, "Input tag 'song' found"],
  [
    { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages.0.content.0.text.text: Field required',
  ],
  [{ messages: [{ role: 'user', content: '' }] }, 'must have non-empty content'],
  [
    { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
    'messages: text content blocks must be non-empty',
  ],
  [{ messages: [user, asked, user] }, '`tool_use` ids were found without `tool_result` blocks'],
  [
    { messages: [user, asked, { role: 'user', content: [cached, result] }] },
    'immediately after: toolu_1',
  ],
  [
    { messages: [user, { role: 'user', content: [result] }] },
    'unexpected `tool_use_id` found in `tool_result` blocks: toolu_1',
  ],
  [
    { messages: [user, asked, { role: 'user', content: [result, result] }] },
    'each tool_use must have a single result',
  ],
  [
    { messages: [user, { role: 'assistant', content: [call, call] }] },
    '`tool_use` ids must be unique',
  ],
  [
    { messages: [user, { role: 'assistant', content: 'I think' }] },
    'does not support assistant message prefill',
  ],
  [{ messages: [system, user] }, 'must follow a `user` message'],
  [{ messages: [user, system, user] }, 'must precede an `assistant` message'],
  [{ model: 'claude-sonnet-5', messages: [user, system] }, "role 'system' is not supported"],
  [
    { messages: [user, { ...system, output_config: { effort: 'low' } }] },
    'messages.1.output_config: Extra inputs are not permitted',
  ],
  [
    {
      messages: [
        user,
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.' }] },
        user,
      ],
    },
    'messages.1.content.0.thinking.signature: Field required',
  ],
  [
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: 'Hm.', signature: 'cp1.groq.eyJhIjoxfQ' }],
        },
        user,
      ],
    },
    'Invalid `signature` in `thinking` block',
  ],
  [
    { thinking: { type: 'enabled', budget_tokens: 2000 } },
    '"thinking.type.enabled" is not supported',
  ],
  [{ thinking: { type: 'disabled' } }, '"thinking.type.disabled" is not supported'],
  [
    { model: 'claude-sonnet-4-5', thinking: { type: 'adaptive' } },
    'adaptive thinking is not supported on this model',
  ],
  [
    { model: 'claude-opus-4-6', output_config: { effort: 'xhigh' } },
    "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium.",
  ],
  [{ temperature: 0.5 }, '`temperature` may only be set to 1'],
  [{ context_management: { edits: [] } }, 'context_management: Extra inputs are not permitted'],
  [{ tools: [{ ...tool, custom: {} }] }, 'tools.0.custom.custom: Extra inputs are not permitted'],
  [{ tools: [tool, tool] }, 'Tool names must be unique'],
  [{ tools: [{ name: 'Read' }] }, 'tools.0.custom.input_schema: Field required'],
  [{ tool_choice: { type: 'auto' } }, 'may only be specified while providing tools'],
  [{ messages: [{ role: 'user', content: Array(5).fill(cached) }] }, 'Found 5.'],
  [
    {
      system: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', scope: 'global' } }],
    },
    'system.0.cache_control.ephemeral.scope: Extra inputs are not permitted',
  ],
  [
    {
      system: [cached],
      messages: [
        { role: 'user', content: [{ ...cached, cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      ],
    },
    "a ttl='1h' cache_control block must not come after",
  ],
  [{ messages: [{ role: 'user', content: 'x'.repeat(4_000_100) }] }, 'prompt is too long: '],
])('%j is refused', (change, message) => {
  expect(() => check({ ...hello, ...change })).toThrow(message)
})

test.each([
  [{ messages: [user, asked, { role: 'user', content: [result, cached] }] }],
  [{ messages: [user, system] }],
  [{ messages: [user, asked, { role: 'user', content: [result] }, system] }],
  [{ thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'xhigh' } }],
  [{ model: 'claude-sonnet-4-5', messages: [user, { role: 'assistant', content: 'I think' }] }],
  [{ model: 'claude-3-5-haiku-20241022', temperature: 0.5, top_k: 40 }],
  [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
])('%j is accepted', (change) => {
  expect(() => check({ ...hello, ...change })).not.toThrow()
})

test('a field that a beta allows needs that beta', () => {
  const body = { ...hello, context_management: { edits: [] } }

  expect(() => check(body, { 'anthropic-beta': 'context-management-2025-06-27' })).not.toThrow()
})

test('a beta nobody knows is refused', () => {
  expect(() => check(hello, { 'anthropic-beta': 'make-it-better' })).toThrow('Unexpected value(s)')
})

test('the newer version has no sampling parameters', () => {
  const body = { ...hello, model: 'claude-sonnet-4-5', temperature: 1 }

  expect(() => check(body)).not.toThrow()
  expect(() => check(body, { 'anthropic-version': '2026-10-21' })).toThrow('temperature: Extra')
})

test('a version is required', () => {
  expect(() => check(hello, { 'anthropic-version': '' })).toThrow('anthropic-version')
})

const hello = { model: 'claude-opus-5-5', max_tokens: 100, messages: [user] }

/** `undefined` leaves a field out, as JSON does. */
function check(body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body)
  anthropicWire.check(
    {
      method: 'POST',
      path: '/v1/messages',
      headers: new Headers({
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        ...headers,
      }),
      text,
      body: JSON.parse(text),
    },
    false,
  )
}
