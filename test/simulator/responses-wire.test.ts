import { afterAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { RECORDED, recorded } from '../support/recorded.ts'

const simulator = startSimulator()
afterAll(() => simulator.stop())

const client = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'ada', maxRetries: 0 })
const hello = { model: 'gpt-5.6-sol', input: 'Hello there, how are you today?', store: false }
const read = {
  type: 'function' as const,
  name: 'Read',
  parameters: { type: 'object', properties: {} },
  strict: false,
}

test('the official client reads a response', async () => {
  simulator.script(hello.model, { kind: 'text', thinking: 'Hm.', text: 'Fine, thank you.' })

  const { output_text, output, usage, status } = await client.responses.create(hello)

  expect(output_text).toBe('Fine, thank you.')
  expect(status).toBe('completed')
  expect(output[0]).toMatchObject({ type: 'reasoning', encrypted_content: expect.any(String) })
  expect(usage).toMatchObject({ output_tokens: 5, input_tokens: expect.any(Number) })
})

test('the official client puts a stream with calls together', async () => {
  const calls = [
    { name: 'Read', input: { file_path: '/tmp/a file with a rather long name' } },
    { name: 'Read', input: {} },
  ]
  simulator.script(hello.model, { kind: 'tool', text: 'Let me see.', calls })

  const { output } = await client.responses.stream({ ...hello, tools: [read] }).finalResponse()

  expect(output).toMatchObject([
    { type: 'message', content: [{ text: 'Let me see.' }] },
    { type: 'function_call', name: 'Read', arguments: JSON.stringify(calls[0]?.input) },
    { type: 'function_call', name: 'Read', arguments: '{}' },
  ])
})

test('an answer that is cut by its limit is incomplete', async () => {
  simulator.script(hello.model, { kind: 'text', text: 'Fi', stopReason: 'max_tokens' })

  const stream = await client.responses.create({ ...hello, stream: true })

  expect((await Array.fromAsync(stream)).at(-1)).toMatchObject({
    type: 'response.incomplete',
    response: { incomplete_details: { reason: 'max_output_tokens' } },
  })
})

test('an error in the stream reaches the official client', async () => {
  simulator.script(hello.model, { kind: 'error', after: 1, message: 'Out of luck' })

  const stream = await client.responses.create({ ...hello, stream: true })

  await expect(Array.fromAsync(stream)).rejects.toThrow('Out of luck')
})

test('the tokens of a prompt are counted', async () => {
  const { model, input } = hello

  const counted = await client.responses.inputTokens.count({ model, input })

  expect(counted).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) })
})

const user = { role: 'user', content: 'Hi' }
const call = { type: 'function_call', call_id: 'call_1', name: 'Read', arguments: '{}' }
const output = { type: 'function_call_output', call_id: 'call_1', output: 'one' }
const thought = { type: 'reasoning', summary: [], encrypted_content: 'x' }
const said = { role: 'assistant', content: 'Hello.' }
const optional = { type: 'object', properties: { a: {} }, additionalProperties: false }

test.each([
  [{ messages: [] }, "Unknown parameter: 'messages'"],
  [{ stop: ['x'] }, "Unknown parameter: 'stop'"],
  [{ input: [] }, "Missing required parameter: 'input'"],
  [{ max_output_tokens: 15 }, 'Expected a value >= 16'],
  [{ temperature: 0.5 }, "'temperature' is not supported with this model"],
  [{ model: 'gpt-4o', reasoning: { effort: 'low' } }, "'reasoning.effort' is not supported"],
  [{ model: 'gpt-4o', include: ['reasoning.encrypted_content'] }, 'Encrypted content is not'],
  [{ reasoning: { effort: 'minimal' } }, "does not support 'minimal'"],
  [{ tools: [{ type: 'function', function: read }] }, "Unknown parameter: 'tools[0].function'"],
  [{ tools: [{ ...read, name: 'a b' }] }, "Invalid 'tools[0].name'"],
  [{ tools: [{ ...read, parameters: {} }] }, "schema must be a JSON Schema of 'type"],
  [{ tools: [{ ...read, strict: undefined }] }, "'additionalProperties' is required"],
  [{ tools: [{ ...read, parameters: optional, strict: true }] }, "Missing 'a'"],
  [{ tools: [read], tool_choice: { type: 'function', name: 'Write' } }, "Tool choice 'Write'"],
  [{ input: [{ role: 'robot', content: 'Hi' }] }, "Invalid value: 'robot'"],
  [{ input: [{ ...user, cache_control: {} }] }, "Unknown parameter: 'input[0].cache_control'"],
  [
    { input: [{ ...user, content: [{ type: 'text', text: 'Hi' }] }] },
    "Invalid value: 'text'. Supported values are: 'input_text'",
  ],
  [{ input: [{ ...user, phase: 'commentary' }] }, "Invalid value: 'commentary'"],
  [{ input: [user, call] }, 'No tool output found for function call call_1'],
  [{ input: [user, output] }, 'No tool call found for function call output with call_id call_1'],
  [{ input: [output, call] }, 'No tool call found for function call output'],
  [{ input: [call, call, output] }, 'Duplicate function call'],
  [{ input: [call, output, output] }, 'No tool call found for function call output'],
  [{ input: [user, thought] }, 'without its required following item'],
  [{ input: [user, thought, user] }, 'without its required following item'],
  [{ input: [{ ...thought, id: 'rs_1' }, said], store: true }, 'required following item'],
])('%j is refused as OpenAI refuses it', async (change, message) => {
  const response = await ask({ ...hello, ...change })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
  })
})

test('nothing is known by its id that is not stored', async () => {
  const input = [
    { ...thought, id: 'rs_1' },
    { ...said, id: 'msg_1' },
  ]

  expect((await ask({ ...hello, input })).status).toBe(404)
  expect((await ask({ ...hello, input, store: true })).status).toBe(200)
  expect((await ask({ ...hello, input: [thought, said] })).status).toBe(200)
})

test.skipIf(!RECORDED)('a recorded refusal is repeated', async () => {
  const { request, response } = await recorded('openai/responses-error-400-reasoning-without-item')

  const refusal = await ask(request.body)

  expect(refusal.status).toBe(response.status)
  expect(await refusal.json()).toEqual(response.body)
})

function ask(body: unknown): Promise<Response> {
  return fetch(`${simulator.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
