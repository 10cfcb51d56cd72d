import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Block, Message } from '../../src/messages/request.ts'
import { withBody } from '../../src/messages/with-body.ts'

const requestOf = (text: string) => ({
  text,
  bytes: new TextEncoder().encode(text),
  body: JSON.parse(text),
  headers: new Headers(),
  search: '',
})

test('a body that is the same is the same request', () => {
  const request = requestOf('{"model":"m","messages":[]}')
  expect(withBody(request, (body) => body)).toBe(request)
})

test('what stays keeps its numbers and its order, wherever something else goes', () => {
  const kept = '{ "type": "tool_use", "input": {"n": 1.0, "big": 9007199254740993, "e": 1e3} }'
  const gone = '{"type":"thinking","thinking":"Hm.","signature":"x"}'
  const text = `{"model":"m", "system": "\\u00e9\\/",\n"tools" :[ ], "messages":[{"role":"assistant","content":[${gone}, ${kept}],"extra":1.50}]}`

  const changed = withBody(requestOf(text), ({ tools: _, messages: [message], ...rest }) => ({
    ...rest,
    messages: [{ ...message, content: message.content.slice(1) }],
    metadata: { user_id: 'a' },
  }))

  expect(changed.text).toBe(
    `{"model":"m","system":"é/","messages":[{"role":"assistant","content":[${kept.replaceAll(' ', '')}],"extra":1.50}],"metadata":{"user_id":"a"}}`,
  )
  expect(new TextDecoder().decode(changed.bytes)).toBe(changed.text)
})

test('the text says what the body says, whatever was taken out or put in', () => {
  const block: fc.Arbitrary<Block> = fc.record({ type: fc.string(), input: fc.jsonValue() })
  const message: fc.Arbitrary<Message> = fc.record({
    role: fc.constantFrom('user' as const, 'assistant' as const),
    content: fc.array(block, { maxLength: 4 }),
  })
  const pick = fc.func<[string], boolean>(fc.boolean())
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.array(message),
      pick,
      fc.constantFrom(undefined, 1, '\t'),
      (members, list, keeps, indent) => {
        const request = requestOf(JSON.stringify({ ...members, messages: list }, null, indent))
        const { body, text } = withBody(request, ({ messages, ...rest }) => ({
          ...rest,
          messages: (messages as Message[]).map((one) => ({
            ...one,
            content: (one.content as Block[])
              .filter((each) => keeps(each.type))
              .map((each) => (keeps(`text of ${each.type}`) ? each : { ...each, text: 'new' })),
          })),
          added: [1],
        }))
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(body)))
      },
    ),
  )
})
