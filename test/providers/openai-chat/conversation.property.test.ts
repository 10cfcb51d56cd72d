import { expect, test } from 'bun:test'
import fc from 'fast-check'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Block, Message } from '../../../src/messages/request.ts'
import { toChatBody } from '../../../src/providers/openai-chat/request.ts'
import { dialectOf, requestOf } from './support.ts'

/** Chat Completions as a vendor that forgives nothing would check it. */
const closed = { additionalProperties: false }
const text = Type.String({ minLength: 1 })
const legalId = Type.String({ pattern: '^[a-zA-Z0-9_-]{1,40}$' })
const legalName = Type.String({ pattern: '^[a-zA-Z0-9_-]{1,64}$' })
const parts = Type.Array(
  Type.Union([
    Type.Object({ type: Type.Literal('text'), text }, closed),
    Type.Object(
      { type: Type.Literal('image_url'), image_url: Type.Object({ url: text }, closed) },
      closed,
    ),
  ]),
  { minItems: 1 },
)
const toolCall = Type.Object(
  {
    id: legalId,
    type: Type.Literal('function'),
    function: Type.Object({ name: legalName, arguments: text }, closed),
  },
  closed,
)
const body = Compile(
  Type.Object(
    {
      model: text,
      messages: Type.Array(
        Type.Union([
          Type.Object({ role: Type.Literal('system'), content: text }, closed),
          Type.Object({ role: Type.Literal('user'), content: Type.Union([text, parts]) }, closed),
          Type.Object(
            {
              role: Type.Literal('assistant'),
              content: Type.Union([text, Type.Null()]),
              tool_calls: Type.Optional(Type.Array(toolCall, { minItems: 1 })),
            },
            closed,
          ),
          Type.Object({ role: Type.Literal('tool'), tool_call_id: legalId, content: text }, closed),
        ]),
      ),
      max_tokens: Type.Optional(Type.Integer({ minimum: 1 })),
      max_completion_tokens: Type.Optional(Type.Integer({ minimum: 1 })),
      stream: Type.Boolean(),
    },
    closed,
  ),
)

const words = fc.string({ maxLength: 12 })
const id = fc.oneof(
  fc.constantFrom('call_0', 'call_1', 'functions.x:0'),
  fc.string({ maxLength: 60 }),
)
const image: fc.Arbitrary<Block> = fc.constant({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
})
const textBlock: fc.Arbitrary<Block> = words.map((each) => ({ type: 'text', text: each }))
const use: fc.Arbitrary<Block> = fc.record({
  type: fc.constant('tool_use'),
  id,
  name: fc.oneof(fc.constant('Read'), fc.string({ minLength: 1, maxLength: 90 })),
  input: fc.dictionary(fc.string(), fc.jsonValue()),
})
const foreign: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'thinking', thinking: 'Hmm', signature: 'EqQB' },
  { type: 'redacted_thinking', data: 'x' },
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
)

/** A turn and its replies; results come shuffled, lost, twice, or for calls nobody made. */
const turn: fc.Arbitrary<Message[]> = fc
  .array(fc.oneof(textBlock, use, foreign), { maxLength: 5 })
  .chain((blocks) => {
    const ids = blocks.flatMap((block) => block.id ?? [])
    const result: fc.Arbitrary<Block> = fc.record({
      type: fc.constant('tool_result'),
      tool_use_id: fc.oneof(fc.constantFrom(...ids, 'ghost'), id),
      content: fc.oneof(words, fc.array(fc.oneof(textBlock, image), { maxLength: 2 })),
      is_error: fc.boolean(),
    })
    const reply = fc.record({
      role: fc.constantFrom('user' as const, 'system' as const),
      content: fc.oneof(words, fc.array(fc.oneof(textBlock, image, result), { maxLength: 6 })),
    })
    return fc
      .array(reply, { maxLength: 2 })
      .map((replies): Message[] => [{ role: 'assistant', content: blocks }, ...replies])
  })
const conversation = fc
  .array(turn, { maxLength: 5 })
  .map((turns): Message[] => [{ role: 'user', content: 'Go' }, ...turns.flat()])

const services = fc.constantFrom(
  'openai' as const,
  'cerebras' as const,
  'groq' as const,
  'generic' as const,
)

test('any conversation becomes one that a strict server takes', () => {
  fc.assert(
    fc.property(services, conversation, (service, messages) => {
      const dialect = dialectOf(service, service === 'openai' ? 'gpt-4.1' : 'llama-4')
      const translated = toChatBody(requestOf({ messages }), dialect)
      expect(body.Errors(translated)).toEqual([])
      expectPairedCalls(translated.messages)
    }),
    { numRuns: 500 },
  )
})

test('a longer conversation begins with the bytes of the shorter one', () => {
  fc.assert(
    fc.property(services, conversation, turn, (service, messages, more) => {
      const dialect = dialectOf(service, 'llama-4')
      const bytes = (all: Message[]) =>
        JSON.stringify(toChatBody(requestOf({ messages: all }), dialect).messages)
      expect(bytes([...messages, ...more])).toStartWith(bytes(messages).slice(0, -1))
    }),
  )
})

/** Behind an assistant message with calls stands a result for each of them, and nowhere else one. */
function expectPairedCalls(messages: readonly { role: string; tool_calls?: unknown }[]): void {
  const seen = new Set<string>()
  let open: string[] = []
  for (const message of messages) {
    if (message.role === 'tool' && 'tool_call_id' in message) {
      expect(open).toContain(`${message.tool_call_id}`)
      open = open.filter((each) => each !== message.tool_call_id)
      continue
    }
    expect(open).toEqual([])
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls : []
    open = calls.map((call) => `${call.id}`)
    for (const each of open) {
      expect(seen.has(each)).toBe(false)
      seen.add(each)
    }
  }
  expect(open).toEqual([])
}
