import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { changeSince, goesOn, prefixOf } from '../../src/messages/prefix.ts'
import type { Message } from '../../src/messages/request.ts'
import { aPrompt, assistant, user } from './prompts.ts'

const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.string() }),
  fc.record({ type: fc.constant('tool_use'), id: fc.string(), input: fc.jsonValue() }),
  fc.record({ type: fc.constant('tool_result'), content: fc.jsonValue() }),
)
const content = fc.oneof(fc.string(), fc.array(block, { minLength: 1, maxLength: 4 }))

/** Questions and answers in turn, the last one a question. */
const conversation = fc
  .array(content, { minLength: 1, maxLength: 9 })
  .map((contents) =>
    contents.map(
      (content, index): Message => ({ role: index % 2 ? 'assistant' : 'user', content }),
    ),
  )

const tools = fc.array(fc.record({ name: fc.string(), input_schema: fc.object() }), {
  maxLength: 5,
})

test('an appended turn is no change', () => {
  const turns = fc.tuple(conversation, conversation, tools)
  fc.assert(
    fc.property(turns, ([before, more, tools]) => {
      const was = prefixOf(aPrompt(before, { tools }))
      const now = prefixOf(aPrompt([...before, assistant('So.'), ...more], { tools }))
      expect(changeSince(was, now)).toBe('none')
      expect(goesOn(was, now)).toBe(true)
    }),
  )
})

test('of all blocks the one that was changed is reported', () => {
  fc.assert(
    fc.property(conversation, fc.nat(), (before, at) => {
      const place = at % before.length
      const other = before.with(place, {
        ...(before[place] ?? user('')),
        content: '\u0000 changed',
      })
      const now = prefixOf(aPrompt([...other, assistant('So.'), user('And?')]))
      expect(changeSince(prefixOf(aPrompt(before)), now)).toBe(`messages[${place}]`)
    }),
  )
})

test('of all tools the one that was changed is reported', () => {
  const some = fc.tuple(
    fc.array(fc.object(), { minLength: 1, maxLength: 9 }),
    fc.nat(),
    fc.object(),
  )
  fc.assert(
    fc.property(some, ([schemas, at, other]) => {
      const tools = schemas.map((input_schema) => ({ name: 'tool', input_schema }))
      const place = at % tools.length
      const changed = tools.with(place, { name: 'changed', input_schema: other })
      const was = prefixOf(aPrompt([user('one')], { tools }))
      const now = prefixOf(aPrompt([user('one')], { tools: changed }))
      expect(changeSince(was, now)).toBe(`tools[${place}]`)
    }),
  )
})
