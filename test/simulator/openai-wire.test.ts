import { afterAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { startSimulator } from '../../src/simulator/simulator.ts'

const simulator = startSimulator()
afterAll(() => simulator.stop())

const client = new OpenAI({ baseURL: `${simulator.url}/v1`, apiKey: 'ada', maxRetries: 0 })
const hello = {
  model: 'qwen-3-coder-480b',
  messages: [{ role: 'user' as const, content: 'Hello there, how are you today?' }],
}
const read = {
  type: 'function' as const,
  function: { name: 'Read', parameters: { type: 'object', properties: {} } },
}

test('the official client reads a completion', async () => {
  simulator.script(hello.model, { kind: 'text', text: 'Fine, thank you.' })

  const { choices, usage } = await client.chat.completions.create(hello)

  expect(choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { role: 'assistant', content: 'Fine, thank you.' },
  })
  expect(usage).toMatchObject({ completion_tokens: 4, prompt_tokens: expect.any(Number) })
})

test('the official client puts a stream with tool calls together', async () => {
  const calls = [
    { name: 'Read', input: { file_path: '/tmp/a file with a rather long name' } },
    { name: 'Read', input: {} },
  ]
  simulator.script(hello.model, { kind: 'tool', text: 'Let me see.', calls })

  const stream = client.chat.completions.stream({
    ...hello,
    tools: [read],
    stream_options: { include_usage: true },
  })
  const message = await stream.finalMessage()

  expect(message.content).toBe('Let me see.')
  expect(message.tool_calls?.map((call) => 'function' in call && call.function)).toMatchObject([
    { name: 'Read', arguments: JSON.stringify(calls[0]?.input) },
    { name: 'Read', arguments: '' },
  ])
  expect((await stream.totalUsage()).prompt_tokens).toBeGreaterThan(10)
})

test('usage comes last, with no choices, and only when asked for', async () => {
  const chunksOf = async (stream_options?: { include_usage: boolean }) => {
    simulator.script(hello.model, { kind: 'text', deltas: 2 })
    const options = stream_options ? { stream_options } : {}
    const stream = await client.chat.completions.create({ ...hello, ...options, stream: true })
    return Array.fromAsync(stream)
  }

  const [plain, counted] = [await chunksOf(), await chunksOf({ include_usage: true })]

  expect(plain.some((chunk) => 'usage' in chunk)).toBe(false)
  expect(counted.length).toBe(plain.length + 1)
  expect(counted.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: expect.any(Number) },
  })
})

test('thinking is streamed as reasoning', async () => {
  simulator.script(hello.model, { kind: 'text', thinking: 'Hm, well.', text: 'Fine.' })

  const stream = await client.chat.completions.create({ ...hello, stream: true })
  const deltas = (await Array.fromAsync(stream)).map((chunk) => chunk.choices[0]?.delta)

  expect(deltas).toContainEqual({ reasoning: 'Hm,' } as never)
})

test('a refusal has the shape the official client knows', async () => {
  simulator.script(hello.model, { kind: 'refuse', status: 429, type: 'insufficient_quota' })

  const error = await client.chat.completions.create(hello).catch((error: unknown) => error)

  expect(error).toBeInstanceOf(OpenAI.RateLimitError)
  expect(error).toMatchObject({ code: 'insufficient_quota' })
})

test('an error in the stream reaches the official client', async () => {
  simulator.script(hello.model, { kind: 'error', after: 1, message: 'Out of luck' })

  const stream = await client.chat.completions.create({ ...hello, stream: true })

  await expect(Array.fromAsync(stream)).rejects.toThrow('Out of luck')
})

test.each(['/v1', '', '/openai/v1', '/api/v1'])('the base URL may end in "%s"', async (prefix) => {
  const other = new OpenAI({ baseURL: `${simulator.url}${prefix}`, apiKey: 'ada', maxRetries: 0 })

  expect((await other.chat.completions.create(hello)).choices).toHaveLength(1)
})

const call = { id: 'call_1', type: 'function', function: { name: 'Read', arguments: '{}' } }
const asked = { role: 'assistant', content: null, tool_calls: [call] }
const answer = { role: 'tool', tool_call_id: 'call_1', content: 'one' }
const user = { role: 'user', content: 'Hi' }

test.each([
  [{ cache_control: {} }, 'Unrecognized request argument supplied: cache_control'],
  [{ max_tokens: 5, max_completion_tokens: 5 }, 'at the same time is not supported'],
  [{ stream_options: { include_usage: true } }, "only allowed when 'stream' is enabled"],
  [{ tool_choice: 'auto' }, "'tool_choice' is only allowed when 'tools' are specified"],
  [{ tools: [] }, "Invalid 'tools': empty array"],
  [
    { tools: [{ type: 'function', function: { name: 'a'.repeat(65) } }] },
    "Invalid 'tools[0].function.name': string too long",
  ],
  [
    { tools: [{ type: 'function', function: { name: 'Now', parameters: { type: 'object' } } }] },
    'object schema missing properties',
  ],
  [
    { messages: [{ ...user, cache_control: {} }] },
    "Unknown parameter: 'messages[0].cache_control'",
  ],
  [{ messages: [{ role: 'robot', content: 'Hi' }] }, "Invalid value: 'robot'"],
  [{ messages: [user, answer] }, "messages with role 'tool' must be a response"],
  [{ messages: [user, asked, user] }, 'did not have response messages: call_1'],
  [{ messages: [user, asked] }, 'did not have response messages: call_1'],
  [{ messages: [user, asked, answer, answer] }, "Duplicate value for 'tool_call_id'"],
  [{ model: 'gpt-5', max_tokens: 5 }, "Use 'max_completion_tokens' instead"],
  [{ model: 'gpt-5.6-terra', tools: [read] }, 'To use function tools, use /v1/responses'],
])('%j is refused as OpenAI refuses it', async (change, message) => {
  const response = await fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
    body: JSON.stringify({ ...hello, ...change }),
  })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
  })
})
