import { beforeEach, describe, expect, test } from 'bun:test'
import { type Conversations, createConversations } from '../../src/messages/conversations.ts'
import type { Message, MessagesBody } from '../../src/messages/request.ts'
import { sessionOf } from '../../src/messages/session.ts'
import { emptyUsage } from '../../src/messages/usage.ts'
import { aPrompt, assistant, user } from './prompts.ts'

let conversations: Conversations
beforeEach(() => {
  conversations = createConversations()
})

interface Turn {
  session?: string
  agent?: string
  says?: Partial<MessagesBody>
  read?: number
  written?: number
}

/** A turn and what became of its cache; without figures it reads nothing and writes 50,000 tokens. */
function turn(messages: Message[], { session = 'a', agent, ...turn }: Turn = {}) {
  const body = aPrompt(messages, turn.says)
  const headers = new Headers({ 'x-claude-code-session-id': session })
  if (agent) headers.set('x-claude-code-agent-id', agent)
  const text = JSON.stringify(body)
  const request = { body, text, bytes: Buffer.from(text), headers, search: '' }
  const cache_read_input_tokens = turn.read ?? 0
  const cache_creation_input_tokens = turn.written ?? 50_000 - cache_read_input_tokens
  return conversations.turn(
    { session: sessionOf(request), request },
    {
      target: 'bedrock/opus',
      counts: { ...emptyUsage(), cache_read_input_tokens, cache_creation_input_tokens },
      rates: null,
      askedAt: 0,
      answeredAt: 0,
    },
  )
}

const first = [user('one')]
const second = [...first, assistant('two'), user('three')]
const third = [...second, assistant('four'), user('five')]
const FIRST_TURN = { prefix_change: null, cache_lost_tokens: 0 }

test('a turn is compared with the last one of its conversation', () => {
  expect(turn(first)).toMatchObject(FIRST_TURN)
  expect(turn(second, { read: 50_000 })).toMatchObject({ prefix_change: 'none' })
  expect(turn(third, { says: { tools: [{ name: 'Read' }] } })).toMatchObject({
    prefix_change: 'tools[1]',
    cache_lost_why: 'prefix',
    cache_lost_tokens: 50_000,
  })
})

test('sessions and subagents have conversations of their own', () => {
  turn(first)
  expect(turn(second, { session: 'b' })).toMatchObject(FIRST_TURN)
  expect(turn(second, { agent: 'x' })).toMatchObject(FIRST_TURN)
  expect(turn(third, { agent: 'x' }).prefix_change).toBe('none')
  expect(turn(third, { agent: 'y' })).toMatchObject(FIRST_TURN)
})

test('the same turn once more reads what the first try wrote', () => {
  turn(second)
  expect(turn(second, { read: 50_000 })).toMatchObject({
    prefix_change: 'none',
    cache_lost_tokens: 0,
  })
})

describe('a side request', () => {
  test.each<[string, Message[], Partial<MessagesBody>]>([
    ['a title', [user('Write a title for: one')], { tools: [] }],
    ['a summary without tools', [...second, assistant('4'), user('Sum up')], { tools: [] }],
    ['a title from the small model', third, { model: 'claude-haiku-4-5' }],
    ['a search', [user('Search the web for five')], { tools: [{ name: 'web_search' }] }],
  ])('such as %s is no turn of the conversation', (_, messages, says) => {
    turn(second)
    expect(turn(messages, { says })).toMatchObject(FIRST_TURN)
    expect(turn(third, { read: 50_000 }).prefix_change).toBe('none')
  })

  test('that goes on with the conversation leaves it as it was', () => {
    turn(second)
    turn([...second, assistant('four'), user('What will they ask next?')], { read: 50_000 })
    expect(turn(third, { read: 50_000 })).toMatchObject({
      prefix_change: 'none',
      cache_lost_tokens: 0,
    })
    const fourth = [...third, assistant('six'), user('seven')]
    expect(turn(fourth, { read: 50_000 }).prefix_change).toBe('none')
  })
})

test('many searches in one turn do not drive the conversation out', () => {
  turn(first)
  turn(second, { read: 50_000 })
  for (let number = 0; number < 9; number++) turn([user(`Search for ${number}`)])
  expect(turn(third, { read: 50_000 }).prefix_change).toBe('none')
})

test('a conversation that was cleared or summed up begins anew', () => {
  turn(third)
  expect(turn([user('This session goes on from an earlier one. Summary: …')])).toMatchObject(
    FIRST_TURN,
  )
  expect(turn([user('something else')])).toMatchObject(FIRST_TURN)
})

test('who goes back has lost nothing, and goes on from there', () => {
  turn(third)
  const back = [...first, assistant('two'), user('3, in other words')]
  expect(turn(back, { read: 20_000, written: 1000 })).toMatchObject({
    prefix_change: 'none',
    cache_lost_tokens: 0,
  })
  expect(turn([...back, assistant('4'), user('5')], { read: 21_000 }).prefix_change).toBe('none')
})

test('what changes in the first message shows as soon as an answer stands behind it', () => {
  turn(second)
  const dated = (day: string, rest: Message[]) => [user(`It is ${day}.`), ...rest.slice(1)]
  expect(turn(dated('Monday', third), { read: 3000 })).toMatchObject({
    prefix_change: 'messages[0]',
    cache_lost_why: 'prefix',
    cache_lost_tokens: 47_000,
  })
})

test('nothing is known of a client that names no session', () => {
  turn(first, { session: '' })
  expect(turn(second, { session: '' })).toMatchObject(FIRST_TURN)
})

test('an endless number of sessions takes a bounded memory', () => {
  for (let number = 0; number < 600; number++) turn(first, { session: String(number) })
  expect(turn(second, { session: '0' })).toMatchObject(FIRST_TURN)
  expect(turn(second, { session: '599' }).prefix_change).toBe('none')
})
