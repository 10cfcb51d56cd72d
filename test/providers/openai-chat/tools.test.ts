import { describe, expect, test } from 'bun:test'
import { toChatTools, toToolChoice } from '../../../src/providers/openai-chat/tools.ts'
import { clientNames, toWireName } from '../../../src/providers/translation/names.ts'
import { dialectOf } from './support.ts'

const generic = dialectOf('generic', 'llama-4')
const parametersOf = (input_schema: Record<string, unknown>, dialect = generic) =>
  toChatTools([{ name: 'T', input_schema }], dialect)[0]?.function.parameters

describe('the tools that are offered', () => {
  test('are those the client runs itself, deferred ones included', () => {
    const offered = toChatTools(
      [
        { name: 'Read', description: 'Reads', input_schema: { type: 'object', properties: {} } },
        { name: 'WebFetch', type: 'custom', defer_loading: true, input_schema: { type: 'object' } },
        { name: 'web_search', type: 'web_search_20250305' },
        { name: 'DeferredToolPlaceholder', defer_loading: true, input_schema: { type: 'object' } },
      ],
      generic,
    )
    expect(offered).toEqual([
      {
        type: 'function',
        function: {
          name: 'Read',
          description: 'Reads',
          parameters: { type: 'object', properties: {} },
        },
      },
      {
        type: 'function',
        function: { name: 'WebFetch', parameters: { type: 'object', properties: {} } },
      },
    ])
  })

  test('have names that every vendor takes, and get their own back', () => {
    const name = `mcp__${'server'.repeat(12)}__tool.with.dots`
    const wire = toWireName(name)
    expect(wire).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(toWireName(name)).toBe(wire)
    expect(toWireName(`${name}!`)).not.toBe(wire)
    expect(clientNames([{ name }]).get(wire)).toBe(name)
  })
})

describe('a schema', () => {
  test('has an object at the root', () => {
    expect(parametersOf({})).toEqual({ type: 'object', properties: {} })
  })

  test('loses keywords, but not properties and values that happen to be called so', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        pattern: { type: 'string', pattern: '^a', examples: ['a'] },
        examples: { type: 'array', items: { type: 'string', format: 'uri' } },
        mode: { enum: [{ pattern: 1 }], default: { format: 'x' } },
      },
      required: ['pattern'],
    }
    expect(parametersOf(schema, dialectOf('cerebras', 'gpt-oss-120b'))).toEqual({
      type: 'object',
      properties: {
        pattern: { type: 'string' },
        examples: { type: 'array', items: { type: 'string' } },
        mode: { enum: [{ pattern: 1 }], default: { format: 'x' } },
      },
      required: ['pattern'],
      additionalProperties: false,
    })
  })

  test('with alternatives at the root becomes one object that takes each of them', () => {
    const branch = (name: string) => ({
      properties: { id: { type: 'number' }, [name]: { type: 'string' } },
      required: ['id', name],
    })
    expect(parametersOf({ type: 'object', anyOf: [branch('a'), branch('b')] })).toEqual({
      type: 'object',
      properties: { id: { type: 'number' }, a: { type: 'string' }, b: { type: 'string' } },
      required: ['id'],
    })
    expect(parametersOf({ allOf: [branch('a'), branch('b')] })).toMatchObject({
      required: ['id', 'a', 'b'],
    })
  })

  test('keeps a property called __proto__ a property', () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}')
    expect(JSON.stringify(parametersOf(schema))).toContain('"__proto__":{"type":"string"}')
  })
})

test('the choice of a tool is put in words, and left out where there are no tools', () => {
  const tools = toChatTools([{ name: 'Read' }], generic)
  expect(toToolChoice({ type: 'auto' }, tools, generic)).toBe('auto')
  expect(toToolChoice({ type: 'any' }, tools, generic)).toBe('required')
  expect(toToolChoice({ type: 'none' }, tools, generic)).toBe('none')
  expect(toToolChoice({ type: 'tool', name: 'Read' }, tools, generic)).toEqual({
    type: 'function',
    function: { name: 'Read' },
  })
  expect(toToolChoice({ type: 'tool', name: 'web_search' }, tools, generic)).toBe('auto')
  expect(toToolChoice({ type: 'any' }, [], generic)).toBeUndefined()
})
