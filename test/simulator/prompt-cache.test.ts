import { expect, test } from 'bun:test'
import { createPromptCache } from '../../src/simulator/prompt-cache.ts'
import type { SimulatedCall } from '../../src/simulator/steps.ts'

const MINUTE = 60_000
const LONG = 'You help a programmer. '.repeat(1000)

/** A conversation with a mark at its end, as a service sees it. */
function aCall(messages: string[], { model = 'opus', system = LONG, marked = true } = {}) {
  const cache_control = { type: 'ephemeral' }
  const blocks = messages.map((text, index) => ({
    type: 'text',
    text,
    ...(marked && index === messages.length - 1 && { cache_control }),
  }))
  const body = {
    system: [{ type: 'text', text: system }],
    messages: blocks.map((block) => ({ role: 'user', content: [block] })),
  }
  const call: SimulatedCall = {
    wire: 'anthropic',
    model,
    method: 'POST',
    path: '/v1/messages',
    headers: new Headers(),
    text: JSON.stringify(body),
    body,
    status: null,
    aborted: Promise.resolve(),
    isOpen: true,
  }
  return call
}

test('the next turn reads what the last one wrote', () => {
  const cache = createPromptCache()
  const first = cache.count(aCall(['one']))
  expect(first).toMatchObject({ input_tokens: 0, cache_read_input_tokens: 0 })
  const second = cache.count(aCall(['one', 'two']))
  expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens ?? -1)
  expect(second.cache_creation_input_tokens).toBeGreaterThan(0)
})

test('another model, another prefix and another time read nothing', () => {
  let now = 0
  const cache = createPromptCache(() => now)
  cache.count(aCall(['one']))
  const nothing = { cache_read_input_tokens: 0 }
  expect(cache.count(aCall(['one', 'two'], { model: 'sonnet' }))).toMatchObject(nothing)
  expect(cache.count(aCall(['one', 'two'], { system: `${LONG}!` }))).toMatchObject(nothing)
  now = 6 * MINUTE
  expect(cache.count(aCall(['one', 'two']))).toMatchObject(nothing)
})

test('every read renews what is read', () => {
  let now = 0
  const cache = createPromptCache(() => now)
  const { cache_creation_input_tokens: written = -1 } = cache.count(aCall(['one']))
  for (now = 4 * MINUTE; now < 20 * MINUTE; now += 4 * MINUTE) {
    expect(cache.count(aCall(['one']))).toMatchObject({ cache_read_input_tokens: written })
  }
})

test('what marks nothing, or is too short, is not cached', () => {
  const cache = createPromptCache()
  expect(cache.count(aCall(['one'], { marked: false }))).toEqual({})
  expect(cache.count(aCall(['one'], { system: 'short' }))).toEqual({})
})
