import { describe, expect, test } from 'bun:test'
import { closeObjects, toOpenApi } from '../../../src/providers/translation/narrow-schema.ts'
import { toParameters } from '../../../src/providers/translation/schema.ts'

const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } }

describe('the root of a schema', () => {
  test('that is a reference is what it refers to', () => {
    const schema = { $ref: '#/$defs/node', $defs: { node } }
    expect(toParameters(schema, [])).toEqual({ ...node, $defs: { node } })
  })

  test('has parts and alternatives that are references, too', () => {
    const schema = {
      allOf: [{ $ref: '#/$defs/a' }, { properties: { y: { type: 'string' } }, required: ['y'] }],
      $defs: { a: { properties: { x: { type: 'string' } }, required: ['x'] } },
    }
    expect(toParameters(schema, [])).toMatchObject({
      type: 'object',
      properties: { x: { type: 'string' }, y: { type: 'string' } },
      required: ['x', 'y'],
    })
  })

  test('made of itself is an object without properties', () => {
    const schema = { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }] } } }
    expect(toParameters(schema, [])).toMatchObject({ type: 'object', properties: {} })
  })

  test('is no list of values', () => {
    expect(toParameters({ enum: [1], not: {}, const: 1 }, [])).toEqual({
      type: 'object',
      properties: {},
    })
  })
})

describe('a list', () => {
  test('says what is in it, anything if need be, at every depth', () => {
    const bare = { type: 'array' }
    const properties = {
      any: bare,
      nullable: { type: ['array', 'null'] },
      nested: { type: 'array', items: bare },
      choice: { anyOf: [{ type: 'string' }, bare] },
      type: { type: 'string', default: bare },
      known: { $ref: '#/$defs/bare' },
    }
    const items = {}
    expect(toParameters({ type: 'object', properties, $defs: { bare } }, [])).toEqual({
      type: 'object',
      properties: {
        any: { type: 'array', items },
        nullable: { type: ['array', 'null'], items },
        nested: { type: 'array', items: { type: 'array', items } },
        choice: { anyOf: [{ type: 'string' }, { type: 'array', items }] },
        type: { type: 'string', default: bare },
        known: { $ref: '#/$defs/bare' },
      },
      $defs: { bare: { type: 'array', items } },
    })
  })

  test('with a schema for each place keeps them as JSON Schema writes that today', () => {
    const pair = { type: 'array', items: [{ type: 'string' }, { type: 'array' }] }
    expect(toParameters({ type: 'object', properties: { pair } }, [])).toMatchObject({
      properties: {
        pair: {
          type: 'array',
          prefixItems: [{ type: 'string' }, { type: 'array', items: {} }],
          items: {},
        },
      },
    })
  })
})

describe('in the words of OpenAPI 3.0', () => {
  const narrow = (inner: object, defs: object = {}) =>
    toOpenApi({ type: 'object', properties: { inner }, $defs: { ...defs } })

  test.each([
    [
      { type: ['string', 'null'], pattern: 'a' },
      { type: 'string', pattern: 'a', nullable: true },
    ],
    [
      { type: ['string', 'number'], description: 'Which' },
      { description: 'Which', anyOf: [{ type: 'string' }, { type: 'number' }] },
    ],
    [{ const: 'on' }, { type: 'string', enum: ['on'] }],
    [{ type: 'integer', const: 3, exclusiveMinimum: 0 }, { type: 'integer' }],
    [{ enum: ['a', 1] }, {}],
    [{ enum: ['', 'a'] }, { enum: ['a'] }],
    [{ enum: [''] }, {}],
    [
      { type: 'array', items: true },
      { type: 'array', items: {} },
    ],
    [{ type: 'string', format: 'uri' }, { type: 'string' }],
    [
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'date-time' },
    ],
    [{ oneOf: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }] }],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { type: 'object' }],
    [
      { $ref: '#/$defs/word', description: 'A word' },
      { type: 'string', description: 'A word' },
    ],
    [
      { allOf: [{ $ref: '#/$defs/word' }], title: 'W' },
      { type: 'string', title: 'W' },
    ],
    [{ $ref: 'https://example.com/schema' }, {}],
  ])('%j is %j', (given, expected) => {
    expect(narrow(given, { word: { type: 'string' } })).toEqual({
      type: 'object',
      properties: { inner: expected },
    })
  })

  test('what refers to itself ends', () => {
    expect(narrow({ $ref: '#/$defs/node' }, { node })).toEqual({
      type: 'object',
      properties: {
        inner: { type: 'object', properties: { next: { type: 'object' } } },
      },
    })
  })

  test('references that multiply do not', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const next = { $ref: `#/$defs/l${level + 1}` }
      return [`l${level}`, { type: 'object', properties: { a: next, b: next, c: next } }]
    })
    const schema = narrow({ $ref: '#/$defs/l0' }, Object.fromEntries(levels))
    expect(JSON.stringify(schema).length).toBeLessThan(1_000_000)
  })
})

test('objects with named properties are closed, unless they say otherwise', () => {
  const free = { type: 'object', additionalProperties: { type: 'string' } }
  const schema = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'object', properties: {} } }, free },
  }
  expect(closeObjects(schema)).toEqual({
    type: 'object',
    properties: {
      list: {
        type: 'array',
        items: { type: 'object', properties: {}, additionalProperties: false },
      },
      free,
    },
    additionalProperties: false,
  })
})
