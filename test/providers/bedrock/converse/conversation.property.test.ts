import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Block, Message, Tool } from '../../../../src/messages/request.ts'
import { signThinking } from '../../../../src/providers/translation/thinking.ts'
import { checkConverse } from '../../../../src/simulator/converse-check.ts'
import {
  converseBody,
  converseJson,
  DEEPSEEK,
  GPT_OSS,
  image,
  KIMI,
  LLAMA,
  MISTRAL,
  NOVA,
  pdf,
} from './support.ts'

const words = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(' ', '\n\n', ''))
const id = fc.oneof(fc.constantFrom('call_0', 'functions.x:0'), fc.string({ maxLength: 80 }))
const models = fc.constantFrom(
  NOVA,
  LLAMA,
  GPT_OSS,
  KIMI,
  MISTRAL,
  DEEPSEEK,
  'amazon.nova-micro-v1:0',
)

const textBlock: fc.Arbitrary<Block> = words.map((text) => ({ type: 'text', text }))
const shown: fc.Arbitrary<Block> = fc.oneof(
  fc.constant<Block>(image),
  fc.string({ maxLength: 30 }).map((title): Block => ({ ...pdf, title })),
)
const use: fc.Arbitrary<Block> = fc.record({
  type: fc.constant('tool_use'),
  id,
  name: fc.oneof(fc.constant('Read'), fc.string({ minLength: 1, maxLength: 90 })),
  input: fc.dictionary(fc.string(), fc.jsonValue()),
})
const thought: fc.Arbitrary<Block> = fc.oneof(
  fc.constantFrom<Block>(
    { type: 'thinking', thinking: 'Hmm', signature: 'EqQB' },
    { type: 'redacted_thinking', data: 'x' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
  ),
  fc.tuple(models, words).map(
    ([model, thinking]): Block => ({
      type: 'thinking',
      thinking,
      signature: signThinking({ provider: 'bedrock', model }, [{ data: 'AAAA' }]),
    }),
  ),
)

/** A turn and its replies; results come shuffled, lost, twice, or for calls nobody made. */
const turn: fc.Arbitrary<Message[]> = fc
  .array(fc.oneof(textBlock, use, thought), { maxLength: 5 })
  .chain((blocks) => {
    const ids = blocks.flatMap((block) => block.id ?? [])
    const result: fc.Arbitrary<Block> = fc.record({
      type: fc.constant('tool_result'),
      tool_use_id: fc.oneof(fc.constantFrom(...ids, 'ghost'), id),
      content: fc.oneof(words, fc.array(fc.oneof(textBlock, shown), { maxLength: 2 })),
      is_error: fc.boolean(),
    })
    const reply = fc.record({
      role: fc.constantFrom('user' as const, 'system' as const),
      content: fc.oneof(words, fc.array(fc.oneof(textBlock, shown, result), { maxLength: 6 })),
    })
    return fc
      .array(reply, { maxLength: 2 })
      .map((replies): Message[] => [{ role: 'assistant', content: blocks }, ...replies])
  })
const opening = fc.constantFrom<Message[]>([], [{ role: 'user', content: 'Go' }])
const conversation = fc
  .tuple(opening, fc.array(turn, { maxLength: 5 }))
  .map(([first, turns]): Message[] => [...first, ...turns.flat()])

const tools = fc.constantFrom<Tool[][]>(
  [],
  [{ name: 'Read' }, { name: 'mcp__a server__tool'.repeat(5) }],
)
const choice = fc.constantFrom(
  undefined,
  ...['auto', 'any', 'none', 'tool'].map((type) => ({ type, name: 'Read' })),
)

test('any conversation becomes one that a strict service takes', () => {
  fc.assert(
    fc.property(models, conversation, tools, choice, (model, messages, offered, tool_choice) => {
      const body = {
        messages,
        tools: offered,
        ...(tool_choice && { tool_choice }),
        max_tokens: 50_000,
        stop_sequences: ['', 'STOP'],
        system: [{ type: 'text', text: '', cache_control: { type: 'ephemeral' } }],
        thinking: { type: 'adaptive' },
        output_config: { effort: 'high' },
      }
      expect(() => checkConverse(converseJson(body, model), model, false)).not.toThrow()
    }),
    { numRuns: 500 },
  )
})

test('a longer conversation begins with the bytes of the shorter one', () => {
  const bytes = (messages: Message[], model: string) =>
    JSON.stringify(converseBody({ messages }, model).messages)
  fc.assert(
    fc.property(models, conversation, turn, (model, messages, more) => {
      const asked: Message[] = [...messages, { role: 'user', content: 'And now?' }]
      // More can be said in the last message, and more messages can follow.
      const start = bytes(asked, model).slice(0, -']}]'.length)
      expect(bytes([...asked, ...more], model)).toStartWith(start)
    }),
  )
})
