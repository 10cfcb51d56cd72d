import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { shapeOf } from '../../src/history/shape.ts'

test.each([
  ['Too many tokens: 41,234 of 40000 per minute', 'Too many tokens: # of # per minute'],
  ['no content within 30 s', 'no content within # s'],
  ['Overloaded (request req_011CSHoEeqs5C35K2UUqR7Fy)', 'Overloaded (request #)'],
  ['trace 3f2b8c1e-9a4d-4c1b-8e2f-0a1b2c3d4e5f failed', 'trace # failed'],
  ['unknown key sk9aB7cD2eF4gH6iJ8', 'unknown key #'],
  ['retry at 2026-11-22T13:17:05.123Z, not before', 'retry at #, not before'],
  [
    'messages.3.content: the field "cache_control" is unknown',
    'messages.#.content: the field "cache_control" is unknown',
  ],
  ['the model "claude-opus-5-5" does not exist', 'the model "#" does not exist'],
  ["cannot read 'what somebody wrote'", 'cannot read "#"'],
  ["it's what they don't like", "it's what they don't like"],
  ['line one\n  line two', 'line one line two'],
  ['', ''],
])('%j has the shape %j', (error, shape) => {
  expect(shapeOf(error)).toBe(shape)
})

test('no error has no shape', () => {
  expect(shapeOf(null)).toBeNull()
})

test('errors that differ by a number, an id or a time have one shape', () => {
  const varying = fc.oneof(
    fc.nat().map(String),
    fc.uuid(),
    fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2099') })
      .map((date) => date.toISOString()),
  )
  fc.assert(
    fc.property(varying, varying, (one, other) => {
      expect(shapeOf(`request ${one} was refused`)).toBe(shapeOf(`request ${other} was refused`))
    }),
  )
})

test('a shape is short, whatever a service says', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), (error) => {
      expect(shapeOf(error)?.length).toBeLessThanOrEqual(200)
    }),
  )
  expect(shapeOf('<html>'.repeat(10_000))).toHaveLength(200)
})
