import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post } from '../support/client.ts'
import { LANES } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeEach(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(yaml(simulator))
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const yaml = ({ url }: Simulator, server = '{}') => `
server: ${server}
providers:
  direct: { type: anthropic, base_url: "${url}", api_key: key-of-direct }
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: key-of-bedrock }
  compatible: { type: openai, base_url: "${url}/v1", api_key: key-of-compatible }
  openai: { base_url: "${url}/v1", api_key: key-of-openai }
routing:
  max_wait: 5s
  models:
    - { model: anthropic, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-5-5 }] }] }
    - { model: bedrock, provider_sequence: [{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }] }
    - { model: converse, provider_sequence: [{ name: bedrock, variants: [{ model: "us.amazon.nova-pro-v1:0" }] }] }
    - { model: openai, provider_sequence: [{ name: compatible, variants: [{ model: gpt-4o }] }] }
    - { model: responses, provider_sequence: [{ name: openai, variants: [{ model: gpt-5.6-sol }] }] }
    - { model: one-at-a-time, provider_sequence: [{ name: direct, variants: [{ model: claude-haiku-4-5, max_concurrent: 1 }] }] }
`

const ask = (model: string, stream: boolean, init: RequestInit = {}) =>
  post(
    proxy.url,
    { model, stream, max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] },
    init,
  )

const rateLimited = (after: string): Step => ({
  kind: 'refuse',
  status: 429,
  headers: { 'retry-after': after },
})

describe.each(LANES)('on the $lane lane', ({ lane, upstream }) => {
  test.each([true, false])(
    'a 429 with nobody else to ask is waited out inside max_wait (stream: %p)',
    async (stream) => {
      simulator.script(upstream, rateLimited('0.3'))
      const response = await ask(lane, stream)
      await response.text()
      expect(response.status).toBe(200)
      const { attempts } = await proxy.request(response.headers.get('request-id') ?? '')
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['rate_limited', 'ok'])
      expect(attempts[1]).toMatchObject({ reason: 'free after a wait' })
      expect(attempts[1]?.wait_ms).toBeGreaterThan(0)
    },
  )

  test('one that is longer than max_wait is told to the client at once', async () => {
    simulator.script(upstream, rateLimited('20'))
    const response = await ask(lane, true)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('20')
  })

  test('a target that says 429 for ever is asked twice, not more', async () => {
    simulator.script(upstream, ...Array.from({ length: 5 }, () => rateLimited('0.1')))
    const response = await ask(lane, false)
    expect(response.status).toBe(429)
    expect(response.headers.get('x-proxy-attempts')).toBe('2')
  })
})

test('a request that waits for its turn gets it when the one before is over', async () => {
  const gate = Promise.withResolvers<void>()
  simulator.script('claude-haiku-4-5', { kind: 'text', gate: gate.promise })
  const called = simulator.nextCall()
  const first = ask('one-at-a-time', false)
  await called
  const second = ask('one-at-a-time', false)
  gate.resolve()
  expect((await first).status).toBe(200)
  expect((await second).status).toBe(200)
})

test('a client that leaves while it waits is gone, and takes nobody’s turn', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(yaml(simulator, '{ ping_after: 20ms }'))
  const gate = Promise.withResolvers<void>()
  simulator.script('claude-haiku-4-5', { kind: 'text', gate: gate.promise })
  const called = simulator.nextCall()
  const first = ask('one-at-a-time', false)
  await called
  const client = new AbortController()
  // The ping tells that it waits.
  const second = await ask('one-at-a-time', true, { signal: client.signal })
  const third = ask('one-at-a-time', false)
  client.abort()
  await expect(second.text()).rejects.toThrow()
  await proxy.logged('closed the connection')
  gate.resolve()
  expect((await first).status).toBe(200)
  expect((await third).status).toBe(200)
  expect(simulator.calls).toHaveLength(2)
  const gone = (await proxy.requests()).filter(({ state }) => state === 'client_closed')
  expect(gone).toMatchObject([{ status: 499, attempt_count: 0 }])
})

test('the deadline of the whole request holds while it waits', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(yaml(simulator, '{ request_timeout: 200ms }'))
  simulator.script('claude-opus-5-5', rateLimited('2'))
  const response = await ask('anthropic', false)
  expect(response.status).toBe(504)
  expect(await response.text()).toContain('server.request_timeout')
})

test('who had the request when its deadline came stands among the errors', async () => {
  await proxy.stop(0)
  const settings = yaml(simulator, '{ request_timeout: 200ms }')
  proxy = await startTestProxy(settings.replace('key-of-direct', 'any, request_timeout: 5s'))
  const { promise: never } = Promise.withResolvers<void>()
  simulator.script('claude-opus-5-5', { kind: 'text', contentAfter: never })
  expect((await ask('anthropic', true)).status).toBe(504)
  const answer = await fetch(`${proxy.url}/api/errors`)
  expect(await answer.json()).toMatchObject({
    errors: [
      {
        provider: 'direct',
        outcome: 'silent',
        shape: 'No answer within # s (server.request_timeout)',
      },
    ],
  })
})

test('a stream that waits longer than ping_after is kept alive by pings', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(yaml(simulator, '{ ping_after: 50ms }'))
  simulator.script('claude-opus-5-5', rateLimited('0.4'))
  const response = await ask('anthropic', true)
  const events = eventsIn(await response.text()).map(({ event }) => event)
  expect(events[0]).toBe('ping')
  expect(events.filter((event) => event === 'message_start')).toHaveLength(1)
  expect(events.at(-1)).toBe('message_stop')
})
