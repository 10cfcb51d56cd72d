import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { sdkFor } from '../support/client.ts'
import { LANES, lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

/** That of Bedrock is known by itself; what the other lanes ask may be any server. */
const PRICES = `
prices:
  gpt-4o: { input: 2, output: 10, cache_read: 1, cache_write_5m: 3 }
  gpt-5.6-sol: { input: 1, output: 8, cache_read: 0.5, cache_write_5m: 2 }
  direct/*: { input: 4, output: 20, cache_read: 0.2 }
`
const SPARE_PRICE = '  claude-haiku-4-5: { input: 1, output: 5 }\n'

let simulator: Simulator
let proxy: TestProxy
let unpriced: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  const yaml = `${lanesYaml(simulator).replace('routing:', 'routing:\n  on_stream_failure: continue')}${PRICES}`
  proxy = await startTestProxy(yaml + SPARE_PRICE)
  unpriced = await startTestProxy(yaml)
})
afterAll(async () => {
  await Promise.all([proxy.stop(0), unpriced.stop(0)])
  await simulator.stop()
})

afterEach(async () => {
  for (const provider of ['direct', 'compatible']) {
    await fetch(`${proxy.url}/api/providers/${provider}/clear`, { method: 'POST' })
  }
})

const USAGE = {
  input_tokens: 1000,
  output_tokens: 100,
  cache_read_input_tokens: 10_000,
  cache_creation_input_tokens: 2000,
}

/** The row of a request that one lane answered, streamed or not. */
async function rowOf(model: string, { stream = true, from = proxy } = {}) {
  const body = {
    model,
    max_tokens: 1000,
    messages: [{ role: 'user' as const, content: 'Hello' }],
  }
  const { messages } = sdkFor(from.url)
  const asked = stream ? messages.stream(body).finalMessage() : messages.create(body)
  await asked.catch(() => null)
  const [row] = await from.requests()
  return from.request(row?.id ?? '')
}

describe.each(LANES)('an answer of the $lane lane', ({ lane, upstream }) => {
  /** Per million tokens: input, output, read, write for five minutes. */
  const rates = {
    anthropic: [4, 20, 0.2, 4],
    bedrock: [4.4, 22, 0.22, 5.5],
    openai: [2, 10, 1, 3],
    responses: [1, 8, 0.5, 2],
    converse: [0.8, 3.2, 0.2, 0.8],
  }[lane]

  test.each([true, false])('costs what was counted (streamed: %p)', async (stream) => {
    simulator.script(upstream, { kind: 'text', text: 'Hello.', usage: USAGE })
    const row = await rowOf(lane, { stream })
    const [input = 0, output = 0, read = 0, write = 0] = rates
    const millionths = input * 1000 + output * 100 + read * 10_000 + write * 2000
    expect(row).toMatchObject({
      ...USAGE,
      cache_creation_5m_input_tokens: 2000,
      cache_creation_1h_input_tokens: 0,
      usage_estimated: false,
      price: { input, output, cache_read: read, cache_write_5m: write },
    })
    expect(row.cost_usd).toBeCloseTo(millionths / 1e6, 9)
    expect(row.attempts).toMatchObject([{ ...USAGE, price: row.price, cost_usd: row.cost_usd }])
  })
})

describe('the cost of a fallback', () => {
  test('is nothing for a target that said no', async () => {
    simulator.script('gpt-4o', { kind: 'refuse', status: 429 })
    simulator.script('claude-haiku-4-5', { kind: 'text', text: 'Hello.', usage: USAGE })
    const row = await rowOf('openai-then-spare')
    expect(row.attempts).toMatchObject([
      { outcome: 'rate_limited', input_tokens: null, price: null, cost_usd: null },
      { outcome: 'ok', input_tokens: 1000, price: { input: 1 } },
    ])
    expect(row.cost_usd).toBe(row.attempts[1]?.cost_usd as number)
  })

  test('is that of both where one carries on for the other, each at its own price', async () => {
    const row = await carriedOn(proxy)
    const [first, second] = row.attempts
    expect(first).toMatchObject({ price: { input: 4 }, usage_estimated: true })
    expect(second).toMatchObject({ price: { input: 1 }, usage_estimated: false })
    expect(row).toMatchObject({ price: { input: 1 }, usage_estimated: true })
    expect(row.input_tokens).toBe((first?.input_tokens ?? 0) + (second?.input_tokens ?? 0))
    expect(row.cost_usd).toBeCloseTo((first?.cost_usd ?? 0) + (second?.cost_usd ?? 0), 9)
  })

  test('is unknown where the price of one is', async () => {
    const row = await carriedOn(unpriced)
    expect(row.attempts).toMatchObject([{ cost_usd: expect.any(Number) }, { cost_usd: null }])
    expect(row).toMatchObject({ price: null, cost_usd: null })
    const stats = await (await fetch(`${unpriced.url}/api/stats`)).json()
    expect(stats).toMatchObject({ requests: 1, cost_usd: null, unpriced: 1 })
  })

  async function carriedOn(from: TestProxy) {
    const text = 'The first half of a long answer'
    simulator.script('claude-opus-5-5', { kind: 'cut', after: 3, text })
    simulator.script('claude-haiku-4-5', { kind: 'text', text: ' and the second.', usage: USAGE })
    const row = await rowOf('anthropic-then-spare', { from })
    expect(row.attempts).toHaveLength(2)
    return row
  }
})

test('what the service did not count is marked as a guess', async () => {
  const delta = { choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: null }] }
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  simulator.script('gpt-4o', {
    kind: 'body',
    contentType: 'text/event-stream',
    body: `data: ${JSON.stringify(delta)}\n\ndata: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`,
  })
  expect(await rowOf('openai')).toMatchObject({ usage_estimated: true, price: { input: 2 } })
})

test('what broke off before it was counted is marked, too', async () => {
  const from = await startTestProxy(lanesYaml(simulator) + PRICES)
  simulator.script('claude-opus-5-5', { kind: 'cut', after: 3, text: 'The first half of it' })
  expect(await rowOf('anthropic', { from })).toMatchObject({
    state: 'partial',
    usage_estimated: true,
    attempts: [{ outcome: 'bad_answer', usage_estimated: true, price: { input: 4 } }],
  })
  await from.stop(0)
})

test('a request that nobody answered has no cost', async () => {
  simulator.script('gpt-4o', { kind: 'refuse', status: 400, message: 'No.' })
  expect(await rowOf('openai')).toMatchObject({ state: 'failed', price: null, cost_usd: null })
})
