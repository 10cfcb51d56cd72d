import { describe, expect, test } from 'bun:test'
import { changeSince, prefixOf } from '../../src/messages/prefix.ts'
import type { MessagesBody } from '../../src/messages/request.ts'
import { aPrompt, assistant, user } from './prompts.ts'

const before = [user('one')]
const now = [user('one'), assistant('two'), user('three')]

function change(
  { was = before, is = now } = {},
  wasSaid: Partial<MessagesBody> = {},
  isSaid: Partial<MessagesBody> = {},
) {
  return changeSince(prefixOf(aPrompt(was, wasSaid)), prefixOf(aPrompt(is, isSaid)))
}

/** What changes with the turn, and stands in both requests otherwise. */
const changed = (isSaid: Partial<MessagesBody>) => change({}, {}, isSaid)

const BILLING = { type: 'text', text: 'x-anthropic-billing-header: cc_version=9; cch=7;' }

test('a conversation that goes on has changed in nothing', () => {
  expect(change()).toBe('none')
})

describe('the first change', () => {
  test.each<[string, Partial<MessagesBody>]>([
    ['model', { model: 'claude-sonnet-5-5', tools: [] }],
    ['tools[1]', { tools: [{ name: 'Read' }, { name: 'Grep' }] }],
    ['tools[1]', { tools: [{ name: 'Read' }] }],
    ['tools[2]', { tools: [{ name: 'Read' }, { name: 'Bash' }, { name: 'Grep' }] }],
    ['tools[0]', { tools: [{ name: 'Bash' }, { name: 'Read' }] }],
    ['system[1]', { system: [BILLING, { type: 'text', text: 'You help a poet.' }] }],
    ['thinking', { thinking: { type: 'adaptive' } }],
    ['tool_choice', { tool_choice: { type: 'any' } }],
    ['effort', { output_config: { effort: 'high' } }],
    ['format', { output_config: { format: { type: 'json_schema' } } }],
  ])('is in %s', (expected, isSaid) => {
    expect(changed(isSaid)).toBe(expected)
  })

  test('is told before those behind it', () => {
    const is = [user('other'), assistant('two'), user('three')]
    expect(change({ is }, {}, { tools: [] })).toBe('tools[0]')
    expect(change({ is }, {}, { thinking: { type: 'adaptive' } })).toBe('thinking')
    expect(change({ is })).toBe('messages[0]')
  })

  test('is told by the message it stands in, whatever its block', () => {
    const was = [user('one'), assistant('two'), user('three'), assistant('four'), user('five')]
    const is = [...was.with(2, user('3')), assistant('six'), user('seven')]
    expect(change({ was, is })).toBe('messages[2]')
  })
})

describe('no change is', () => {
  test('a mark for the cache, or a string in place of a block with one', () => {
    const text = 'one'
    const marked = [
      {
        role: 'user' as const,
        content: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }],
      },
    ]
    const plain = [{ role: 'user' as const, content: text }, assistant('two'), user('three')]
    expect(change({ was: marked })).toBe('none')
    expect(change({ was: marked, is: plain })).toBe('none')
  })

  test('another billing line, or none', () => {
    const rest = { type: 'text', text: 'You help a programmer.' }
    expect(changed({ system: [BILLING, rest] })).toBe('none')
    expect(changed({ system: 'You help a programmer.' })).toBe('none')
  })

  test('a tool that is loaded when it is found', () => {
    const tools = [{ name: 'Read' }, { name: 'Late', defer_loading: true }, { name: 'Bash' }]
    expect(changed({ tools })).toBe('none')
    // Its place is the one it has in the request.
    expect(changed({ tools: tools.with(2, { name: 'Zsh', defer_loading: true }) })).toBe('tools[1]')
  })

  test('a choice of tools that is the default', () => {
    expect(changed({ tool_choice: { type: 'auto' } })).toBe('none')
  })

  test('the same request once more, or with other words at its end', () => {
    expect(change({ was: now, is: now })).toBe('none')
    expect(change({ was: now, is: now.with(2, user('3')) })).toBe('none')
  })

  test('a shorter conversation', () => {
    const was = [...now, assistant('four'), user('five')]
    expect(change({ was, is: now })).toBe('none')
    expect(change({ was, is: [user('one')] })).toBe('none')
  })
})

test('blocks that say the same in another order or depth are others', () => {
  const result = (content: unknown) => ({
    role: 'user' as const,
    content: [{ type: 'tool_result', tool_use_id: 'a', content }],
  })
  const follows = (content: unknown) => [result(content), assistant('two'), user('three')]
  const changeOf = (was: unknown, is: unknown) => change({ was: follows(was), is: follows(is) })
  expect(changeOf([['a'], 'b'], ['a', ['b']])).toBe('messages[0]')
  expect(changeOf({ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } })).toBe('messages[0]')
  expect(changeOf(1, '1')).toBe('messages[0]')
})
