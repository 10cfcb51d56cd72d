import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Block, Message, Tool } from '../../../src/messages/request.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'
import { checkResponses } from '../../../src/simulator/responses-check.ts'
import { bodyOf, GPT, gpt } from './support.ts'

const words = fc.string({ maxLength: 12 })
const id = fc.oneof(
  fc.constantFrom('call_0', 'call_1', 'functions.x:0'),
  fc.string({ maxLength: 80 }),
)
const text: fc.Arbitrary<Block> = words.map((each) => ({ type: 'text', text: each }))
const shown: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
  {
    type: 'document',
    title: 'a.pdf',
    source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
  },
  { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
  { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Words.' } },
  { type: 'tool_reference', tool_name: 'Read' },
)
const use: fc.Arbitrary<Block> = fc.record({
  type: fc.constant('tool_use'),
  id,
  name: fc.oneof(fc.constant('Read'), fc.string({ minLength: 1, maxLength: 90 })),
  input: fc.dictionary(fc.string(), fc.jsonValue()),
})
const own: fc.Arbitrary<Block> = fc
  .array(
    fc.record({
      type: fc.constant('reasoning'),
      id: fc.constantFrom('rs_1', 'rs_2'),
      summary: fc.array(words.map((each) => ({ type: 'summary_text', text: each }))),
      encrypted_content: fc.string({ minLength: 1 }),
    }),
    { maxLength: 2 },
  )
  .map((details) => ({ type: 'thinking', thinking: '', signature: signThinking(GPT, details) }))
const foreign: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'thinking', thinking: 'Hmm', signature: 'EqQB' },
  { type: 'thinking', thinking: 'Hmm', signature: signThinking(gpt('gpt-5'), []) },
  { type: 'redacted_thinking', data: 'x' },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
)

/** A turn and its replies; results come shuffled, lost, twice, or for calls nobody made. */
const turn: fc.Arbitrary<Message[]> = fc
  .array(fc.oneof(text, use, own, foreign), { maxLength: 6 })
  .chain((blocks) => {
    const ids = blocks.flatMap((block) => block.id ?? [])
    const result: fc.Arbitrary<Block> = fc.record({
      type: fc.constant('tool_result'),
      tool_use_id: fc.oneof(fc.constantFrom(...ids, 'ghost'), id),
      content: fc.oneof(words, fc.array(fc.oneof(text, shown), { maxLength: 3 })),
      is_error: fc.boolean(),
    })
    const reply = fc.record({
      role: fc.constantFrom('user' as const, 'system' as const),
      content: fc.oneof(words, fc.array(fc.oneof(text, shown, result), { maxLength: 6 })),
    })
    return fc
      .array(reply, { maxLength: 2 })
      .map((replies): Message[] => [{ role: 'assistant', content: blocks }, ...replies])
  })
const conversation = fc
  .array(turn, { maxLength: 5 })
  .map((turns): Message[] => [{ role: 'user', content: 'Go' }, ...turns.flat()])

const models = fc.constantFrom('gpt-5.6-sol', 'gpt-5', 'o3', 'gpt-4o').map(gpt)
const settings = fc.record(
  {
    max_tokens: fc.integer({ min: 0, max: 200_000 }),
    stream: fc.boolean(),
    temperature: fc.constant(0.5),
    output_config: fc.constantFrom({ effort: 'max' }, { effort: 'low' }, { effort: null }),
    thinking: fc.constantFrom({ type: 'disabled' }, { type: 'enabled', budget_tokens: 2000 }),
    tools: fc.constantFrom<Tool[]>(
      [],
      [{ name: 'Read' }, { name: 'mcp.odd name', input_schema: { anyOf: [{ type: 'object' }] } }],
    ),
    tool_choice: fc.record({
      type: fc.constantFrom('auto', 'any', 'none', 'tool'),
      name: fc.constantFrom('Read', 'Write'),
      disable_parallel_tool_use: fc.boolean(),
    }),
  },
  { requiredKeys: ['max_tokens'] },
)

test('any conversation becomes one that the service takes', () => {
  fc.assert(
    fc.property(models, conversation, settings, (dialect, messages, more) => {
      const sent: unknown = JSON.parse(JSON.stringify(bodyOf({ ...more, messages }, dialect)))
      checkResponses(sent as Record<string, unknown>, false)
    }),
    { numRuns: 300 },
  )
})

test('a longer conversation begins with the bytes of the shorter one', () => {
  fc.assert(
    fc.property(models, conversation, turn, (dialect, messages, more) => {
      const bytes = (all: Message[]) => JSON.stringify(bodyOf({ messages: all }, dialect).input)
      expect(bytes([...messages, ...more])).toStartWith(bytes(messages).slice(0, -1))
    }),
  )
})
