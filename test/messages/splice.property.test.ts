import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { createSaid } from '../../src/messages/said.ts'
import { createSplice } from '../../src/messages/splice.ts'
import { emptyUsage } from '../../src/messages/usage.ts'
import type { StreamEvent } from '../../src/messages/whole-events.ts'

type Part = { type: 'thinking' | 'text' | 'tool_use'; pieces: string[] }

const DELTAS = { thinking: 'thinking', text: 'text', tool_use: 'partial_json' } as const

/** The events of an answer with these blocks. */
function eventsOf(parts: Part[]): StreamEvent[] {
  const event = (type: string, more: object): StreamEvent => ({ type, data: { type, ...more } })
  const blocks = parts.flatMap(({ type, pieces }, index) => [
    event('content_block_start', { index, content_block: { type, [DELTAS[type]]: '' } }),
    ...pieces.map((piece) =>
      event('content_block_delta', { index, delta: { [DELTAS[type]]: piece } }),
    ),
    event('content_block_stop', { index }),
  ])
  const usage = { input_tokens: 10, output_tokens: 5 }
  return [
    event('message_start', { message: { usage: { input_tokens: 10, output_tokens: 1 } } }),
    ...blocks,
    event('message_delta', { delta: { stop_reason: 'end_turn' }, usage }),
    event('message_stop', {}),
  ]
}

/** The blocks as a client puts them together; fails on events no client would take. */
function blocksIn(events: StreamEvent[]): { type: unknown; said: string }[] {
  const blocks: { type: unknown; said: string }[] = []
  let open: number | null = null
  for (const { type, data } of events) {
    const { index, content_block, delta } = data as {
      index: number
      content_block?: { type: string }
      delta?: Record<string, string>
    }
    if (type === 'content_block_start') {
      expect([open, index]).toEqual([null, blocks.length])
      blocks.push({ type: content_block?.type, said: '' })
      open = index
    }
    if (type === 'content_block_delta') {
      expect(index).toBe(open as number)
      const block = blocks[index]
      if (block) block.said += Object.values(delta ?? {}).find((value) => value !== 'text_delta')
    }
    if (type === 'content_block_stop') {
      expect(index).toBe(open as number)
      open = null
    }
    if (type === 'message_delta') expect(open).toBeNull()
  }
  return blocks
}

const words = fc
  .uniqueArray(fc.integer({ min: 100_000, max: 999_999 }), { minLength: 2, maxLength: 12 })
  .map((numbers) => numbers.map((number) => `w${number} `))
const thinking = fc.option(fc.constant<Part>({ type: 'thinking', pieces: ['Hm', 'm.'] }), {
  nil: null,
})
const tools = fc.array(fc.constant<Part>({ type: 'tool_use', pieces: ['', '{"a":1}'] }), {
  maxLength: 2,
})

test('two halves are one answer, wherever the first ends and whatever the second repeats', () => {
  const scenario = fc.record({
    ...{ words, thinking, thinkingAgain: thinking, tools },
    cut: fc.nat(),
    back: fc.constantFrom(0, 2, 4),
  })
  fc.assert(
    fc.property(scenario, ({ words, thinking, thinkingAgain, tools, cut, back }) => {
      const before = 1 + (cut % (words.length - 1))
      const whole = [
        ...(thinking ? [thinking] : []),
        { type: 'text' as const, pieces: words },
        ...tools,
      ]
      const first = eventsOf(whole.slice(0, thinking ? 2 : 1))
      const firstWord = first.findIndex(({ data }) => isWord(data.delta))
      const heard = first.slice(0, firstWord + before)
      const said = createSaid()
      for (const event of heard) said.hear(event)
      expect(said.isContinuable).toBe(true)

      const rest = words.slice(Math.max(0, before - back))
      const second = eventsOf([
        ...(thinkingAgain ? [thinkingAgain] : []),
        { type: 'text', pieces: rest },
        ...tools,
      ])
      const usage = { ...emptyUsage(), input_tokens: 7, output_tokens: 2 }
      const splice = createSplice(said, { before: usage, mayRepeat: true })
      for (const event of second) {
        for (const told of splice(event)) {
          said.hear(told)
          heard.push(told)
        }
      }
      expect(blocksIn(heard)).toEqual(
        whole.map(({ type, pieces }) => ({ type, said: pieces.join('') })),
      )
      expect(heard.map(({ type }) => type).filter((type) => type.startsWith('message_'))).toEqual([
        ...['message_start', 'message_delta', 'message_stop'],
      ])
      expect(heard.at(-2)?.data.usage).toEqual({ input_tokens: 17, output_tokens: 7 })
    }),
    { numRuns: 500 },
  )
})

function isWord(delta: unknown): boolean {
  return typeof delta === 'object' && delta !== null && 'text' in delta
}
