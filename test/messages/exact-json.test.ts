import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { exactBody } from '../../src/messages/exact-json.ts'
import { numbersIn } from '../../src/messages/json-text.ts'
import type { ClientRequest, MessagesBody } from '../../src/messages/request.ts'
import { withBody } from '../../src/messages/with-body.ts'
import { adaptToClaude } from '../../src/providers/claude/adapt.ts'
import { without } from '../../src/providers/claude/strip.ts'

function asRequest(text: string): ClientRequest {
  const body = JSON.parse(text) as MessagesBody
  return { text, body, bytes: new TextEncoder().encode(text), headers: new Headers(), search: '' }
}

test('a body whose numbers JSON would spell in the same way is the very same object', () => {
  const request = asRequest('{"a":"1.0 \\" 1e3","b":[0,-1,0.5,1e+21],"c":1.5e-7}')
  expect(exactBody(request)).toBe(request.body)
})

test('settings we calculate with are numbers however they are written', () => {
  const text = '{"max_tokens":1e3,"temperature":1.0,"thinking":{"budget_tokens":5e3},"x":1.0}'
  const exact = exactBody(asRequest(text))
  expect(exact.max_tokens).toBe(1000)
  expect(exact.temperature).toBe(1)
  expect(exact.thinking?.budget_tokens).toBe(5000)
  expect(JSON.stringify(exact)).toEndWith('"x":1.0}')
})

const numbers = fc.constantFrom(
  ...['1.0', '1e3', '-0', '9007199254740993', '1E400', '0.10', '12345678901234567890.5'],
  ...['-1.50e-7', '0', '7', '-3', '0.5', '1e+21', '9007199254740991'],
)
const strings = fc.oneof(
  fc.constantFrom(
    '"1.0"',
    '"a \\" 1e3 \\\\"',
    '"\\ud83d\\ude00"',
    '"\\\\"',
    '"é 9007199254740993"',
  ),
  fc.string().map((text) => JSON.stringify(text)),
)
/** JSON as text, as nobody but a client spells it. */
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    numbers,
    strings,
    fc.constantFrom('true', 'null', '{}', '[ ]'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('"a', '"\\u0041', '"1.0', '"'), tie('value')), {
        maxLength: 4,
      })
      .map((members) => `{${members.map(([key, item], i) => `${key}_${i}": ${item}`).join(',')}}`),
  ),
})).value

test('whatever a client wrote, what is printed again has its values and its numbers', () => {
  fc.assert(
    fc.property(json, json, (input, novelty) => {
      const text = `{"model":"m","max_tokens":200000,"novelty":${novelty},"top_k":4,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"x":${input}}}]}],"tools":[{"name":"f","strict":true,"input_schema":{"x":${input}}}]}`
      const request = asRequest(text)

      const stripped = without(request, ['tools.strict'])
      const withoutStrict = text.replace('"strict":true,', '')
      expect(stripped.body).toEqual(JSON.parse(withoutStrict))
      expect(JSON.parse(stripped.text)).toEqual(JSON.parse(withoutStrict))
      expect([...numbersIn(stripped.text)]).toEqual([...numbersIn(withoutStrict)])

      const adapted = withBody(request, (body) => adaptToClaude(body, 'claude-opus-5-5'))
      const expected = text.replace('200000', '128000').replace('"top_k":4,', '')
      expect([...numbersIn(adapted.text)]).toEqual([...numbersIn(expected)])
      expect(adapted.body).toEqual(JSON.parse(adapted.text))
    }),
    { numRuns: 300 },
  )
})
