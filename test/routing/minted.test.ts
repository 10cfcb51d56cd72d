import { expect, test } from 'bun:test'
import { mintedIn } from '../../src/routing/minted.ts'
import { createWatch } from '../../src/routing/watch.ts'

const sse = (events: Record<string, unknown>[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')

const start = (index: number, content_block: object) => ({
  ...{ type: 'content_block_start', index },
  content_block,
})
const delta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })
const stop = (index: number) => ({ type: 'content_block_stop', index })

test('a stream tells its signatures, however they come, and its model', () => {
  const watch = createWatch('glm')
  const events = [
    { type: 'message_start', message: { model: 'glm-5' } },
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
    delta(0, { type: 'signature_delta', signature: 'in one piece' }),
    stop(0),
    start(1, { type: 'thinking', thinking: '', signature: 'at once' }),
    stop(1),
    start(2, { type: 'redacted_thinking', data: 'of a redacted one' }),
    stop(2),
    start(3, { type: 'thinking', thinking: '' }),
    delta(3, { type: 'signature_delta', signature: 'in two ' }),
    delta(3, { type: 'signature_delta', signature: 'pieces' }),
    stop(3),
    start(4, { type: 'text', text: '' }),
    stop(4),
    start(5, { type: 'thinking', thinking: '', signature: '' }),
  ]
  watch.feed(new TextEncoder().encode(sse(events)))
  expect(watch.minted).toMatchObject({
    model: 'glm-5',
    signatures: ['in one piece', 'at once', 'of a redacted one', 'in two pieces'],
  })
})

test('a message tells the same', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'one' },
    { type: 'redacted_thinking', data: 'two' },
    { type: 'thinking', thinking: 'Cut o', signature: '' },
    { type: 'text', text: 'Yes.', signature: 'of no thought' },
    null,
  ]
  expect(mintedIn({ model: 'glm-5', content })).toEqual({
    model: 'glm-5',
    signatures: ['one', 'two'],
  })
  expect(mintedIn({ content: 'none' })).toEqual({ model: null, signatures: [] })
})
