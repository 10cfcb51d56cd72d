import { describe, expect, test } from 'bun:test'
import { toPromptBody } from '../../../src/providers/openai-responses/request.ts'
import { requestOf } from '../openai-chat/support.ts'
import { bodyOf, GPT, gpt } from './support.ts'

const read = {
  name: 'Read',
  description: 'Reads a file.',
  input_schema: { type: 'object', properties: { path: { type: 'string' } } },
}

test('a request asks for an answer that is not kept, and for reasoning to go on from', () => {
  expect(bodyOf({ system: 'Be kind.', stream: true })).toEqual({
    model: 'gpt-5.6-sol',
    instructions: 'Be kind.',
    input: [{ role: 'user', content: 'Hello' }],
    reasoning: { summary: 'auto' },
    max_output_tokens: 1000,
    include: ['reasoning.encrypted_content'],
    store: false,
    stream: true,
  })
})

test('tools are flat and not strict, with the choice of one of them by name', () => {
  const tool_choice = { type: 'tool', name: 'Read', disable_parallel_tool_use: true }
  expect(bodyOf({ tools: [read], tool_choice })).toMatchObject({
    tools: [
      {
        type: 'function',
        name: 'Read',
        description: 'Reads a file.',
        parameters: read.input_schema,
        strict: false,
      },
    ],
    tool_choice: { type: 'function', name: 'Read' },
    parallel_tool_calls: false,
  })
})

test.each([
  ['auto', 'auto'],
  ['any', 'required'],
  ['none', 'none'],
])('the choice %s is %s, and no choice without tools', (type, word) => {
  expect(bodyOf({ tools: [read], tool_choice: { type } }).tool_choice).toBe(word as never)
  const body = bodyOf({ tools: [], tool_choice: { type } })
  for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) {
    expect(body).not.toHaveProperty(name)
  }
})

test('no less than 16 tokens may be asked for', () => {
  expect(bodyOf({ max_tokens: 1 }).max_output_tokens).toBe(16)
  expect(bodyOf({ max_tokens: 500_000 }).max_output_tokens).toBe(128_000)
})

describe('reasoning', () => {
  test.each([
    ['gpt-5.6-sol', { output_config: { effort: 'max' } }, { effort: 'xhigh', summary: 'auto' }],
    ['gpt-5', { thinking: { type: 'enabled', budget_tokens: 4000 } }, { effort: 'medium' }],
    ['gpt-5', { thinking: { type: 'disabled' } }, { effort: 'minimal', summary: 'auto' }],
  ] as const)('of %s follows %j', (model, wish, expected) => {
    expect(bodyOf(wish, gpt(model)).reasoning).toMatchObject(expected)
  })

  test('that is off has no summary', () => {
    const thinking = { type: 'disabled' }
    expect(bodyOf({ thinking }, gpt('gpt-5.6-sol')).reasoning).toEqual({ effort: 'none' })
  })

  test('is not asked of a model that does not reason, which takes a temperature instead', () => {
    const body = bodyOf({ temperature: 0.2, output_config: { effort: 'high' } }, gpt('gpt-4o'))
    expect(body.temperature).toBe(0.2)
    expect(body).not.toHaveProperty('reasoning')
    expect(body).not.toHaveProperty('include')
    expect(bodyOf({ temperature: 0.2, stop_sequences: ['x'] })).not.toHaveProperty('temperature')
  })
})

test('a schema for the answer is strict where it can be', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const strict = { ...schema, required: ['a'], additionalProperties: false }
  const format = (each: object) =>
    bodyOf({ output_config: { format: { type: 'json_schema', schema: each } } }).text?.format
  expect(format(schema)).toEqual({ type: 'json_schema', name: 'answer', schema, strict: false })
  expect(format(strict)).toMatchObject({ schema: strict, strict: true })
})

test('who asks is told in hashes', () => {
  const user_id = JSON.stringify({ device_id: 'd', session_id: 's' })
  const body = bodyOf({ metadata: { user_id } })
  expect(body.prompt_cache_key).toMatch(/^[0-9a-f]{64}$/)
  expect(body.safety_identifier).toMatch(/^[0-9a-f]{64}$/)
})

test('what is counted is the prompt alone', () => {
  const { body } = requestOf({ tools: [read], system: 'Be kind.', temperature: 1 })
  expect(Object.keys(toPromptBody(body, GPT))).toEqual([
    'model',
    'instructions',
    'input',
    'tools',
    'reasoning',
  ])
})
