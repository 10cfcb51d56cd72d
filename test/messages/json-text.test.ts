import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { nestingOf, numbersIn, putMember, replaceMember } from '../../src/messages/json-text.ts'

describe('replacing a member', () => {
  test('leaves every other byte as it was', () => {
    const text = '{ "a": 1.50, "model" : "old",\n "b": {"model": "inner"}, "c": "\\u00e9\\"" }'
    expect(replaceMember(text, 'model', '"new"')).toBe(text.replace('"old"', '"new"'))
  })

  test('finds a key that is written with escapes', () => {
    expect(replaceMember('{"mod\\u0065l":"old"}', 'model', '"new"')).toBe('{"mod\\u0065l":"new"}')
  })

  test('that stands there twice replaces the one that counts', () => {
    const text = '{"model":"first","x":1,"model":"last"}'
    expect(JSON.parse(replaceMember(text, 'model', '"new"'))).toEqual({ model: 'new', x: 1 })
  })

  test('that is not there changes nothing', () => {
    expect(replaceMember('{"a":{"model":1}}', 'model', '2')).toBe('{"a":{"model":1}}')
  })

  test('says the same as doing it to the parsed object, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (object, value) => {
        const text = JSON.stringify({ ...object, model: value })
        const expected = { ...JSON.parse(text), model: 'new' }
        expect(JSON.parse(replaceMember(text, 'model', '"new"'))).toEqual(expected)
      }),
    )
  })
})

test.each([
  ['1', 0],
  ['{"a":[{"b":"[[[{{{"}]}', 3],
  ['"\\"[[["', 0],
  ['[[[', 3],
  ['{"unterminated', 1],
])('%s is %i deep', (text, depth) => {
  expect(nestingOf(text)).toBe(depth)
})

describe('the numbers of a text', () => {
  test('are spelled as they stand there, and strings have none', () => {
    const text = '{"1.0":1.0,"a\\"2":[-0,1e+3 ,{"b":"3\\\\"}, 4],"c":"5","d":true}\n'
    expect([...numbersIn(text)]).toEqual(['1.0', '-0', '1e+3', '4'])
  })

  test('are found behind a string of many megabytes', () => {
    const text = `{"image":"${'A'.repeat(20_000_000)}","escaped":"${'x\\n'.repeat(5_000_000)}","n":1.0}`
    expect([...numbersIn(text)]).toEqual(['1.0'])
  })
})

test.each([
  ['{ "a":1 , "b":[2] }\n', '{ "a":1 , "b":[2] ,"c":3}\n'],
  ['{"c" : {"c":1.0},"d":1.0}', '{"c" : 3,"d":1.0}'],
  ['{ }', '{ "c":3}'],
])('a member is put into %j', (text, expected) => {
  expect(putMember(text, 'c', '3')).toBe(expected)
})
