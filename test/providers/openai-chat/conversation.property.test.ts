import { expect, test } from 'bun:test'
import fc from 'fast-check'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Message } from '../../../src/messages/request.ts'
import { QUIRKS } from '../../../src/providers/openai-chat/quirks.ts'
import { toChatBody } from '../../../src/providers/openai-chat/request.ts'
import { conversation, turn } from './arbitrary.ts'
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
  const anywhere = fc.constantFrom(...(Object.keys(QUIRKS) as (keyof typeof QUIRKS)[]))
  fc.assert(
    fc.property(anywhere, conversation, turn, (service, messages, more) => {
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
