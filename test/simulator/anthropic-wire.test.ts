import { afterAll, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { startSimulator } from '../../src/simulator/simulator.ts'

const simulator = startSimulator({ requestsPerMinute: { 'claude-haiku-5-5': 1 } })
afterAll(() => simulator.stop())

const client = new Anthropic({ baseURL: simulator.url, apiKey: 'ada', maxRetries: 0 })
const hello: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-opus-5-5',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Hello there, how are you today?' }],
}

test('the official client reads a message', async () => {
  simulator.script('claude-opus-5-5', { kind: 'text', text: 'Fine, thank you.' })

  const message = await client.messages.create(hello)

  expect(message.content).toEqual([{ type: 'text', text: 'Fine, thank you.' }] as never)
  expect(message.stop_reason).toBe('end_turn')
  expect(message.usage.input_tokens).toBeGreaterThan(10)
  expect(message.usage.output_tokens).toBe(4)
  expect(message._request_id).toStartWith('req_')
})

test('the official client reads a stream with thinking', async () => {
  simulator.script('claude-opus-5-5', { kind: 'text', thinking: 'Hm, well.', text: 'Fine.' })

  const message = await client.messages.stream(hello).finalMessage()

  expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text'])
  expect(message.content[0]).toMatchObject({ thinking: 'Hm, well.' })
  expect(message.usage.output_tokens).toBe(4)
})

test('the official client reads parallel tool calls from a stream', async () => {
  const calls = [
    { name: 'Read', input: { file_path: '/tmp/a file with a rather long name' } },
    { name: 'Now', input: {} },
  ]
  simulator.script('claude-opus-5-5', { kind: 'tool', text: 'Let me see.', calls })

  const message = await client.messages.stream(hello).finalMessage()

  expect(message.stop_reason).toBe('tool_use')
  expect(message.content.slice(1)).toMatchObject(calls)
})

test('thinking that is to be omitted is a signature without words', async () => {
  simulator.script('claude-opus-5-5', { kind: 'text', thinking: 'Hm, well.', text: 'Fine.' })

  const thinking = { type: 'adaptive', display: 'omitted' } as const
  const message = await client.messages.stream({ ...hello, thinking }).finalMessage()

  expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
  expect(message.content[0]).toHaveProperty('signature', expect.stringMatching(/^[\w+/]+=*$/))
})

test('its own thinking is welcome in the next turn', async () => {
  simulator.script('claude-opus-5-5', { kind: 'text', thinking: 'Hm.', text: 'Fine.' })
  const { content } = await client.messages.create(hello)

  const again = await client.messages.create({
    ...hello,
    messages: [
      ...hello.messages,
      { role: 'assistant', content },
      { role: 'user', content: 'And tomorrow?' },
    ],
  })

  expect(again.stop_reason).toBe('end_turn')
})

test('a stream has event lines, padded data, a ping and cumulative usage', async () => {
  simulator.script('claude-opus-5-5', { kind: 'text', deltas: 3 })

  const response = await fetch(`${simulator.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: {
      'x-api-key': 'ada',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...hello, stream: true }),
  })
  const text = await response.text()

  expect(text.match(/^event: .*$/gm)?.map((line) => line.slice(7))).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    ...Array(3).fill('content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(text).toMatch(/\} +\n\n/)
  expect(text).toMatch(/"type":"message_delta".*"usage":\{"input_tokens":[1-9]/)
  expect(response.headers.get('request-id')).toStartWith('req_')
  expect(response.headers.get('anthropic-ratelimit-requests-reset')).toMatch(/^2.*Z$/)
})

test('tokens are counted by length', async () => {
  const { input_tokens } = await client.messages.countTokens({
    model: 'claude-opus-5-5',
    messages: [{ role: 'user', content: 'word '.repeat(400) }],
  })

  expect(input_tokens).toBeWithin(500, 600)
})

test('asked to use a tool, it does', async () => {
  const message = await client.messages.create({
    ...hello,
    messages: [{ role: 'user', content: 'Please use the tool Read with {"file_path":"/tmp/a"}.' }],
    tools: [{ name: 'Read', input_schema: { type: 'object' } }],
  })

  expect(message.content).toMatchObject([{ name: 'Read', input: { file_path: '/tmp/a' } }])
})

test('more requests than the minute has are refused with the time to wait', async () => {
  const request = { ...hello, model: 'claude-haiku-5-5' }
  await client.messages.create(request)

  const error = await client.messages.create(request).catch((error: unknown) => error)

  expect(error).toBeInstanceOf(Anthropic.RateLimitError)
  const { headers, type } = error as InstanceType<typeof Anthropic.RateLimitError>
  expect(type).toBe('rate_limit_error')
  expect(Number(headers?.get('retry-after'))).toBeWithin(1, 61)
})

test('a model that no Claude is called is not found, unless a script knows it', async () => {
  const request = { ...hello, model: 'glm-5' }

  const error = await client.messages.create(request).catch((error: unknown) => error)
  expect(error).toMatchObject({ status: 404, apiMessage: 'model: glm-5' })
  simulator.script('glm-5', { kind: 'text', text: 'Hello.' })
  expect(await client.messages.create(request)).toMatchObject({ model: 'glm-5' })
})

test('without a credential nothing is answered', async () => {
  const response = await fetch(`${simulator.url}/v1/messages`, { method: 'POST', body: '{}' })

  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'authentication_error' },
    request_id: response.headers.get('request-id'),
  })
})
