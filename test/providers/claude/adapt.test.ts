import { describe, expect, test } from 'bun:test'
import type { MessagesBody } from '../../../src/messages/request.ts'
import { adaptToClaude } from '../../../src/providers/claude/adapt.ts'

const body = (changes: object): MessagesBody => ({
  model: 'any',
  max_tokens: 10_000,
  messages: [{ role: 'user', content: 'Hi' }],
  ...changes,
})

test('what a model takes as it is stays the very same object', () => {
  const request = body({
    thinking: { type: 'adaptive', display: 'omitted' },
    output_config: { effort: 'xhigh' },
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Remember.' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: '', signature: 'EqQB' }] },
    ],
  })
  expect(adaptToClaude(request, 'claude-opus-5-5')).toBe(request)
  expect(adaptToClaude(request, 'a-model-of-somebody-else')).toBe(request)
})

describe('a system message in the conversation', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'system', content: 'Remember.' },
  ]

  test.each([
    'claude-opus-4-1-20250805',
    'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    'claude-sonnet-4-5',
  ])('is a reminder in its place for %s', (model) => {
    expect(adaptToClaude(body({ messages }), model).messages[1]).toEqual({
      role: 'user',
      content: [{ type: 'text', text: '<system-reminder>\nRemember.\n</system-reminder>' }],
    })
  })
})

describe('thinking', () => {
  test.each<[asked: object, model: string, sent: unknown]>([
    [{ type: 'adaptive' }, 'claude-3-5-haiku-20241022', undefined],
    [
      { type: 'adaptive', display: 'omitted' },
      'claude-opus-4-1',
      { type: 'enabled', budget_tokens: 9999 },
    ],
    [
      { type: 'enabled', budget_tokens: 5000 },
      'claude-sonnet-4-5',
      { type: 'enabled', budget_tokens: 5000 },
    ],
    [{ type: 'enabled', budget_tokens: 5000 }, 'claude-opus-5-5', { type: 'adaptive' }],
    [{ type: 'disabled' }, 'claude-opus-5-5', undefined],
    [{ type: 'disabled' }, 'claude-opus-4-8', { type: 'disabled' }],
    [{ type: 'adaptive' }, 'claude-sonnet-4-6', { type: 'adaptive' }],
    [{ type: 'between_tools' }, 'claude-sonnet-4-6', { type: 'adaptive' }],
    [
      { type: 'enabled', budget_tokens: 5000, display: 'omitted' },
      'claude-opus-4-8',
      { type: 'adaptive', display: 'omitted' },
    ],
    ...['claude-fable-5', 'claude-mythos-5-2', 'claude-opus-5-5', 'claude-sonnet-5-5'].flatMap(
      (model): [object, string, unknown][] => [
        [{ type: 'enabled', budget_tokens: 5000 }, model, { type: 'adaptive' }],
        [{ type: 'disabled' }, model, undefined],
        [{ type: 'adaptive' }, model, { type: 'adaptive' }],
      ],
    ),
    [{ type: 'between_tools' }, 'claude-sonnet-5-5', { type: 'between_tools' }],
    [{ type: 'between_tools' }, 'claude-opus-5-5', { type: 'adaptive' }],
    ...[
      'claude-opus-5',
      'claude-haiku-5-5',
      'claude-sonnet-5',
      'claude-opus-4-7',
      'claude-opus-4-8',
    ].flatMap((model): [object, string, unknown][] => [
      [{ type: 'enabled', budget_tokens: 5000 }, model, { type: 'adaptive' }],
      [{ type: 'disabled' }, model, { type: 'disabled' }],
      [{ type: 'between_tools' }, model, { type: 'adaptive' }],
    ]),
    ...['claude-opus-4-6', 'claude-sonnet-4-6'].flatMap((model): [object, string, unknown][] => [
      [{ type: 'enabled', budget_tokens: 5000 }, model, { type: 'enabled', budget_tokens: 5000 }],
      [{ type: 'disabled' }, model, { type: 'disabled' }],
    ]),
    ...['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'].map(
      (model): [object, string, unknown] => [
        { type: 'adaptive' },
        model,
        { type: 'enabled', budget_tokens: 9999 },
      ],
    ),
  ])('%j for %s is %j', (thinking, model, sent) => {
    expect(adaptToClaude(body({ thinking }), model).thinking).toEqual(sent as never)
  })

  test('is left out where the budget would be too small', () => {
    const small = body({ thinking: { type: 'adaptive' }, max_tokens: 500 })
    expect(adaptToClaude(small, 'claude-opus-4-1').thinking).toBeUndefined()
  })

  test('takes with it what only works on it', () => {
    const clearing = { type: 'clear_thinking_20251015', keep: 'all' }
    const uses = { type: 'clear_tool_uses_20250919' }
    const asked = (edits: object[]) =>
      adaptToClaude(
        body({ thinking: { type: 'adaptive' }, context_management: { edits } }),
        'claude-3-5-haiku-20241022',
      )
    expect(asked([clearing])).not.toHaveProperty('context_management')
    expect(asked([clearing, uses])).toHaveProperty('context_management', { edits: [uses] })
  })

  test('is left out where a tool is forced', () => {
    const forced = body({ thinking: { type: 'adaptive' }, tool_choice: { type: 'any' } })
    expect(adaptToClaude(forced, 'claude-opus-4-1').thinking).toBeUndefined()
  })

  test('is left out in a tool loop that another model began', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] },
    ]
    const adapted = adaptToClaude(
      body({ messages, thinking: { type: 'adaptive' } }),
      'claude-opus-4-1',
    )
    expect(adapted.thinking).toBeUndefined()
  })
})

test.each([
  ['claude-sonnet-4-6', 'xhigh', { effort: 'high' }],
  ['claude-sonnet-4-6', 'max', { effort: 'max' }],
  ['claude-opus-4-5', 'max', { effort: 'high' }],
  ['claude-sonnet-4-5', 'high', undefined],
  ['claude-opus-4-6', 'xhigh', { effort: 'high' }],
  ['claude-haiku-4-5', 'low', undefined],
  ...['opus-4-7', 'opus-4-8', 'opus-5', 'sonnet-5', 'opus-5-5', 'haiku-5-5', 'fable-5-2'].map(
    (name): [string, string, object] => [`claude-${name}`, 'xhigh', { effort: 'xhigh' }],
  ),
])('%s takes effort %s as %j', (model, effort, sent) => {
  expect(adaptToClaude(body({ output_config: { effort } }), model).output_config).toEqual(
    sent as never,
  )
})

test.each([
  ['claude-3-5-haiku-20241022', 8192],
  ['claude-opus-4-1', 32_000],
  ['claude-sonnet-4-6', 64_000],
  ['claude-opus-5-5', 128_000],
])('%s is asked for %i tokens at most', (model, most) => {
  expect(adaptToClaude(body({ max_tokens: 200_000 }), model).max_tokens).toBe(most)
})

test.each([
  ['claude-opus-5', 'high'],
  ['claude-haiku-5-5', 'high'],
  ['claude-sonnet-5', 'max'],
])('without thinking, %s takes an effort up to %s', (model, effort) => {
  const request = body({ thinking: { type: 'disabled' }, output_config: { effort: 'max' } })
  const adapted = adaptToClaude(request, model)
  expect(adapted.output_config?.effort).toBe(effort)
  expect(adapted.thinking).toEqual({ type: 'disabled' })
})

test('a newer model samples as it likes', () => {
  const asked = body({ temperature: 0.2, top_p: 0.5, top_k: 40 })
  expect(Object.keys(adaptToClaude(asked, 'claude-opus-5-5'))).toEqual(Object.keys(body({})))
  expect(adaptToClaude(asked, 'claude-opus-4-6')).toBe(asked)
  const byDefault = body({ temperature: 1, top_p: 0.99 })
  expect(adaptToClaude(byDefault, 'claude-opus-5-5')).toBe(byDefault)
})
