import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, sdkFor } from '../support/client.ts'
import { LANES, lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(lanesYaml(simulator))
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const messages = [{ role: 'user' as const, content: 'How many tokens are these?' }]

describe('tokens', () => {
  test.each(LANES)('are counted for the $lane lane, by the service or by us', async ({ lane }) => {
    const response = await fetch(`${proxy.url}/v1/messages/count_tokens?beta=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: lane, messages }),
    })
    const { input_tokens } = (await response.json()) as { input_tokens: number }
    expect(input_tokens).toBeGreaterThan(3)
    const isCounted = ['anthropic', 'bedrock', 'responses'].includes(lane)
    expect(response.headers.get('x-proxy-estimate')).toBe(isCounted ? null : 'true')
  })

  test('are not counted in the history or against a limit', async () => {
    const before = (await proxy.requests()).length
    await sdkFor(proxy.url).messages.countTokens({ model: 'anthropic', messages })
    expect(await proxy.requests()).toHaveLength(before)
  })
})

test('Claude Code finds somebody at home', async () => {
  for (const method of ['HEAD', 'GET']) {
    expect((await fetch(`${proxy.url}/api/hello`, { method })).status).toBe(200)
  }
  expect(await (await fetch(`${proxy.url}/health`)).json()).toMatchObject({ status: 'healthy' })
  expect((await fetch(`${proxy.url}/ready`)).status).toBe(200)
})

test.each(['/requests', '/api/requests'])('%s takes an address of 50 kB', async (path) => {
  const response = await fetch(`${proxy.url}${path}?search=${'x'.repeat(50_000)}`)
  expect(response.status).toBe(200)
})

test('a stream without content for too long is opened with a ping', async () => {
  const slow = await startTestProxy(
    lanesYaml(simulator).replace(
      'first_event_timeout: 300ms',
      'ping_after: 50ms, first_event_timeout: 200ms',
    ),
  )
  simulator.script('claude-opus-5-5', { kind: 'silence' })
  simulator.script('claude-haiku-4-5', { kind: 'text', text: 'Late, but here.' })
  const ask = (model: string) => post(slow.url, { model, max_tokens: 10, messages, stream: true })
  const late = await ask('anthropic-then-spare')
  const events = eventsIn(await late.text()).map(({ event }) => event)
  expect(late.status).toBe(200)
  expect(events[0]).toBe('ping')
  expect(events.filter((event) => event !== 'ping')[0]).toBe('message_start')
  expect(events.at(-1)).toBe('message_stop')

  simulator.script('claude-opus-5-5', { kind: 'silence' })
  const never = eventsIn(await (await ask('anthropic')).text())
  expect(new Set(never.map(({ event }) => event))).toEqual(new Set(['ping', 'error']))
  expect(never.at(-1)?.data.error).toMatchObject({ type: 'overloaded_error' })
  const [row] = await slow.requests()
  expect(row).toMatchObject({ status: 200, state: 'failed', error: expect.any(String) })
  await slow.stop(0)
})

test('a model id may be any text', async () => {
  const off = await startTestProxy(
    `providers: { direct: { type: anthropic, base_url: "${simulator.url}", api_key: any-key } }`,
  )
  simulator.script('模型', { kind: 'text', text: 'Hello.' })
  const response = await post(off.url, { model: '模型', max_tokens: 10, messages })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-proxy-model')).toBe(encodeURIComponent('模型'))
  await off.stop(0)
})

describe('on shutdown', () => {
  test('nobody waits for the rest of a request', async () => {
    const own = await startTestProxy(lanesYaml(simulator))
    const half = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"model":')),
    })
    const asking = post(own.url, '', { body: half })
    // The proxy has begun to read once it answers somebody else.
    await fetch(`${own.url}/health`)
    await own.stop(0)
    const response = await asking.catch(() => null)
    if (response) expect(response.status).toBe(529)
  })

  test('a stream may end, new work is told to come back, and then it is over', async () => {
    const own = await startTestProxy(
      lanesYaml(simulator).replace('idle_timeout: 600ms', 'idle_timeout: 60s'),
    )
    const gate = Promise.withResolvers<void>()
    simulator.script('claude-opus-5-5', {
      kind: 'text',
      text: 'one two',
      deltas: 2,
      gate: gate.promise,
    })
    const body = { model: 'anthropic', max_tokens: 10, messages, stream: true }
    const running = await post(own.url, body)
    const stopped = own.stop(10_000)
    expect((await fetch(`${own.url}/ready`)).status).toBe(503)
    expect((await post(own.url, body)).status).toBe(529)
    gate.resolve()
    expect(eventsIn(await running.text()).at(-1)?.event).toBe('message_stop')
    await stopped
    expect(fetch(`${own.url}/health`)).rejects.toThrow()
  })

  test('a stream that goes on for too long is ended with an error, and recorded as interrupted', async () => {
    const own = await startTestProxy(
      lanesYaml(simulator).replace('idle_timeout: 600ms', 'idle_timeout: 60s'),
    )
    simulator.script('claude-opus-5-5', { kind: 'stall', after: 2 })
    const running = await post(own.url, {
      model: 'anthropic',
      max_tokens: 10,
      messages,
      stream: true,
    })
    await Promise.all([own.stop(0), running.text()]).then(([, text]) => {
      expect(eventsIn(text).at(-1)).toMatchObject({ event: 'error' })
    })
    expect(own.lines.join('')).toContain('The proxy is shutting down')
  })
})
