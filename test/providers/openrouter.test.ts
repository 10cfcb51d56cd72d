import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const CLAUDE = 'anthropic/claude-sonnet-4.5'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator({ anyModel: true })
  proxy = await startTestProxy(`
providers:
  openrouter:
    base_url: "${simulator.url}/api/v1"
    api_key: sk-or
    extra_body: { provider: { order: [anthropic] }, session_id: s1 }
routing:
  max_wait: 0
  models:
    - { model: claude-chat, provider_sequence: [{ name: openrouter, variants: [{ model: ${CLAUDE}, api: chat }] }] }
    - { model: claude, provider_sequence: [{ name: openrouter, variants: [{ model: ${CLAUDE} }] }] }
    - { model: alias, provider_sequence: [{ name: openrouter, variants: [{ model: "@preset/best", base_model: ${CLAUDE} }] }] }
    - { model: other, provider_sequence: [{ name: openrouter, variants: [{ model: qwen/qwen3-coder }] }] }
`)
})

beforeEach(() => {
  simulator.calls.length = 0
})

afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const ask = (model: string, more: object = {}) =>
  post(proxy.url, {
    model,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
    ...more,
  })

test.each([
  ['claude', '/api/v1/messages'],
  ['alias', '/api/v1/messages'],
  ['claude-chat', '/api/v1/chat/completions'],
  ['other', '/api/v1/chat/completions'],
])('%s is asked at %s, with the key and what the file adds', async (model, path) => {
  for (const stream of [false, true]) {
    const response = await ask(model, { stream })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(stream ? 'event: message_stop' : '"type":"message"')
  }
  expect(simulator.calls).toHaveLength(2)
  for (const call of simulator.calls) {
    expect(call.path).toBe(path)
    expect(call.headers.get('authorization')).toBe('Bearer sk-or')
    expect(call.body).toMatchObject({ provider: { order: ['anthropic'] }, session_id: 's1' })
  }
})

test('it counts no tokens: the count is an estimate, and nobody is asked', async () => {
  const response = await fetch(`${proxy.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude', messages: [{ role: 'user', content: 'Hello' }] }),
  })
  expect(response.headers.get('x-proxy-estimate')).toBe('true')
  expect(simulator.calls).toEqual([])
})

describe('a refusal in Anthropic’s place', () => {
  const refusals = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { model } = (await request.json()) as { model: string }
      const [status, body] = ANSWERS[model] ?? [500, {}]
      return Response.json(body, { status })
    },
  })
  afterAll(() => refusals.stop(true))

  const ANSWERS: Record<string, [number, object]> = {
    'anthropic/claude-in-flight': [
      402,
      {
        error: {
          code: 402,
          message: 'Too much at a time',
          metadata: { limit_source: 'openrouter_in_flight_budget' },
        },
      },
    ],
    'anthropic/claude-broke': [402, { error: { code: 402, message: 'Insufficient credits' } }],
    'anthropic/claude-busy': [
      429,
      {
        error: { code: 429, message: 'Provider returned error', metadata: { raw: 'slow down' } },
      },
    ],
    'anthropic/claude-theirs': [
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
  }

  test.each([
    ['anthropic/claude-in-flight', 'rate_limited', 'Too much at a time'],
    ['anthropic/claude-broke', 'billing', 'Insufficient credits'],
    ['anthropic/claude-busy', 'rate_limited', 'Provider returned error: slow down'],
    ['anthropic/claude-theirs', 'overloaded', 'Overloaded'],
  ])('to %s means %s, in either shape', async (model, outcome, message) => {
    const own = await startTestProxy(`
providers: { openrouter: { base_url: "${refusals.url.origin}/api/v1", api_key: x } }
routing: { max_wait: 0, models: [{ model: default, provider_sequence: [{ name: openrouter, variants: [{ model: ${model} }] }] }] }
`)
    try {
      const body = { model: 'x', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }
      const response = await post(own.url, body)
      const { attempts } = await own.request(response.headers.get('request-id') ?? '')
      expect(attempts[0]).toMatchObject({ outcome, error: message })
    } finally {
      await own.stop(0)
    }
  })
})

test('a gateway without a Messages endpoint is asked through Chat Completions, and found so once', async () => {
  const paths: string[] = []
  const gateway = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      paths.push(pathname)
      if (pathname !== '/api/v1/chat/completions') return new Response('Not found', { status: 404 })
      const message = { role: 'assistant', content: 'Hello' }
      return Response.json({ id: 'x', choices: [{ message, finish_reason: 'stop' }] })
    },
  })
  const behind = await startTestProxy(`
providers:
  openrouter: { base_url: "http://127.0.0.1:${gateway.port}/api/v1", api_key: sk-or }
routing:
  models: [{ model: claude, provider_sequence: [{ name: openrouter, variants: [{ model: ${CLAUDE} }] }] }]
`)
  const body = { model: 'claude', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }
  for (let n = 0; n < 2; n++) expect((await post(behind.url, body)).status).toBe(200)
  expect(paths).toEqual([
    '/api/v1/messages',
    '/api/v1/chat/completions',
    '/api/v1/chat/completions',
  ])
  await behind.stop(0)
  await gateway.stop()
})

test('an address that is not found on either wire says nothing about the wires', async () => {
  const paths: string[] = []
  let isOpen = false
  const gateway = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      paths.push(pathname)
      // OpenRouter, while an account's settings leave nobody who may answer.
      const message = 'No endpoints available matching your guardrail restrictions and data policy.'
      if (!isOpen) return Response.json({ error: { code: 404, message } }, { status: 404 })
      return Response.json({ type: 'message', content: [{ type: 'text', text: 'Hello' }] })
    },
  })
  const behind = await startTestProxy(`
providers:
  openrouter: { base_url: "http://127.0.0.1:${gateway.port}/api/v1", api_key: sk-or }
routing:
  models: [{ model: claude, provider_sequence: [{ name: openrouter, variants: [{ model: ${CLAUDE} }] }] }]
`)
  const body = { model: 'claude', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }
  expect((await post(behind.url, body)).status).toBe(404)
  isOpen = true
  await fetch(`${behind.url}/api/providers/openrouter/clear`, { method: 'POST' })
  expect((await post(behind.url, body)).status).toBe(200)
  expect(paths.at(-1)).toBe('/api/v1/messages')
  await behind.stop(0)
  await gateway.stop()
})
