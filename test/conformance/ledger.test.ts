import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { sdkFor } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const OPUS = 'us.anthropic.claude-opus-5-5'
const SONNET = 'claude-sonnet-5-5'
const USAGE = { input_tokens: 1000, output_tokens: 100 }

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  const { url } = simulator
  proxy = await startTestProxy(`
providers:
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: key }
  anthropic: { type: anthropic, base_url: "${url}", api_key: key }
prices:
  anthropic/*: { input: 2, output: 10 }
routing:
  on_stream_failure: continue
  models:
    - model: elsewhere
      provider_sequence:
        - { name: bedrock, variants: [{ model: ${OPUS} }] }
        - { name: anthropic, variants: [{ model: claude-opus-5-5 }] }
    - model: default
      provider_sequence:
        - { name: bedrock, variants: [{ model: ${OPUS} }] }
        - { name: anthropic, variants: [{ model: ${SONNET} }] }
`)
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})
afterEach(async () => {
  for (const provider of ['bedrock', 'anthropic']) {
    await fetch(`${proxy.url}/api/providers/${provider}/clear`, { method: 'POST' })
  }
})

/** The row of a request that was answered, or was not. */
async function rowOf(model: string) {
  const messages = [{ role: 'user' as const, content: 'Hello' }]
  const stream = sdkFor(proxy.url).messages.stream({ model, max_tokens: 1000, messages })
  await stream.finalMessage().catch(() => null)
  const [row] = await proxy.requests()
  return proxy.request(row?.id ?? '')
}

test('what the first in order answers cost nothing extra', async () => {
  expect(await rowOf('opus')).toMatchObject({
    preferred_provider: 'bedrock',
    preferred_model: OPUS,
    provider: 'bedrock',
    throttles_absorbed: 0,
    wait_avoided_ms: 0,
    extra_cost_usd: null,
    is_weaker: false,
    partial_cost_usd: null,
  })
})

test('a 429 that another one answers is absorbed, and its wait avoided', async () => {
  simulator.script(OPUS, { kind: 'refuse', status: 429, headers: { 'retry-after': '20' } })
  simulator.script(SONNET, { kind: 'text', text: 'Hello.', usage: USAGE })
  const row = await rowOf('opus')
  expect(row).toMatchObject({
    state: 'complete',
    provider: 'anthropic',
    preferred_provider: 'bedrock',
    throttles_absorbed: 1,
    is_weaker: true,
    partial_cost_usd: null,
  })
  const [refused, answered] = row.attempts
  expect(refused?.retry_after_ms).toBe(20_000)
  expect(answered?.retry_after_ms).toBeNull()
  expect(row.wait_avoided_ms).toBeGreaterThan(0)
  expect(row.wait_avoided_ms).toBeLessThanOrEqual(20_000)
  // 2 and 10 USD per million tokens, in place of 4.4 and 22.
  expect(row.extra_cost_usd).toBeCloseTo((1000 * (2 - 4.4) + 100 * (10 - 22)) / 1e6, 9)
})

test('the time until the headers is known of each attempt that had some', async () => {
  simulator.script(OPUS, { kind: 'refuse', status: 500 }, { kind: 'refuse', status: 500 })
  const { attempts } = await rowOf('elsewhere')
  expect(attempts.length).toBeGreaterThan(1)
  for (const { headers_ms, duration_ms } of attempts) {
    expect(headers_ms).toBeGreaterThan(0)
    expect(headers_ms).toBeLessThanOrEqual(duration_ms)
  }
})

test('a connection that ends without an answer has no headers', async () => {
  simulator.script(OPUS, { kind: 'reset' }, { kind: 'reset' })
  const { attempts } = await rowOf('opus')
  expect(attempts[0]).toMatchObject({ outcome: 'reset', headers_ms: null })
})

test('the same model of another provider is not weaker', async () => {
  simulator.script(OPUS, { kind: 'refuse', status: 529 })
  expect(await rowOf('elsewhere')).toMatchObject({
    provider: 'anthropic',
    throttles_absorbed: 1,
    wait_avoided_ms: 0,
    is_weaker: false,
  })
})

test('nothing was absorbed where the client got an error', async () => {
  const refusal = { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } } as const
  simulator.script(OPUS, refusal)
  simulator.script(SONNET, refusal)
  expect(await rowOf('opus')).toMatchObject({
    state: 'failed',
    preferred_model: OPUS,
    throttles_absorbed: 0,
    wait_avoided_ms: 0,
    extra_cost_usd: null,
    is_weaker: false,
  })
})

test('a stream that breaks off is billed, and another one carries on', async () => {
  simulator.script(OPUS, { kind: 'cut', after: 8 })
  const row = await rowOf('opus')
  expect(row).toMatchObject({ state: 'complete', provider: 'anthropic', is_weaker: true })
  const [broken, rest] = row.attempts
  expect(broken?.cost_usd).toBeGreaterThan(0)
  expect(row.partial_cost_usd).toBe(broken?.cost_usd ?? null)
  expect(row.cost_usd).toBeCloseTo((broken?.cost_usd ?? 0) + (rest?.cost_usd ?? 0), 9)
})
