import { afterEach, beforeEach, expect, test } from 'bun:test'
import type Anthropic from '@anthropic-ai/sdk'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { sdkFor } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const MINUTE = 60_000
const OPUS = 'us.anthropic.claude-opus-5-5'

let simulator: Simulator
let proxy: TestProxy
let now: number

beforeEach(async () => {
  simulator = startSimulator()
  now = Date.UTC(2026, 10, 22)
  const { url } = simulator
  proxy = await startTestProxy(
    `
providers:
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: key }
  anthropic: { type: anthropic, base_url: "${url}", api_key: key }
routing:
  models:
    - model: default
      provider_sequence:
        - { name: bedrock, variants: [{ model: ${OPUS} }] }
        - { name: anthropic, variants: [{ model: claude-opus-5-5 }] }
`,
    { now: () => now },
  )
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

type Message = Anthropic.MessageParam

/** A conversation that goes on with every turn; `read` and `written` are what its cache does. */
function aConversation(headers: Record<string, string> = {}) {
  const messages: Message[] = []
  return async (
    read: number,
    written: number,
    { tools = ['Read', 'Bash'], model = 'claude-opus-5-5', at = OPUS } = {},
  ) => {
    const usage = {
      input_tokens: 100,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
    }
    simulator.script(at, { kind: 'text', text: 'So it is.', usage })
    now += MINUTE / 10
    const cache_control = { type: 'ephemeral' as const }
    messages.push({ role: 'user', content: `Question ${messages.length}` })
    const body = {
      model,
      messages,
      max_tokens: 1000,
      system: [{ type: 'text' as const, text: 'You help a programmer.', cache_control }],
      tools: tools.map((name) => ({ name, input_schema: { type: 'object' as const } })),
    }
    const session = { 'x-claude-code-session-id': 'session', ...headers }
    const { content } = await sdkFor(proxy.url)
      .messages.stream(body, { headers: session })
      .finalMessage()
    messages.push({ role: 'assistant', content: content as Message['content'] })
    const [row] = await proxy.requests()
    return proxy.request(row?.id ?? '')
  }
}

const NO_LOSS = { cache_lost_why: null, cache_lost_tokens: 0, cache_lost_usd: null }

test('a session whose tools change on turn 3 has lost its cache there', async () => {
  const turn = aConversation()
  expect(await turn(0, 20_000)).toMatchObject({ prefix_change: null, ...NO_LOSS })
  expect(await turn(20_000, 500)).toMatchObject({ prefix_change: 'none', ...NO_LOSS })
  const tools = ['Read', 'Bash', 'Grep']
  const third = await turn(0, 21_000, { tools })
  expect(third).toMatchObject({
    prefix_change: 'tools[2]',
    cache_lost_why: 'prefix',
    cache_lost_tokens: 20_500,
  })
  // Written at 5.5 USD per million, where reading takes 0.22.
  expect(third.cache_lost_usd).toBeCloseTo((20_500 * (5.5 - 0.22)) / 1e6, 9)
  expect(await turn(21_000, 500, { tools })).toMatchObject({ prefix_change: 'none', ...NO_LOSS })
})

test('a session that falls back to another target has to fill its cache again', async () => {
  const turn = aConversation()
  await turn(0, 20_000)
  simulator.script(OPUS, { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } })
  const second = await turn(0, 20_500, { at: 'claude-opus-5-5' })
  expect(second).toMatchObject({
    provider: 'anthropic',
    throttles_absorbed: 1,
    prefix_change: 'none',
    cache_lost_why: 'target',
    cache_lost_tokens: 20_000,
  })
  expect(second.cache_lost_usd).toBeCloseTo((20_000 * (5 - 0.2)) / 1e6, 9)
})

test('a session that goes idle finds its cache gone', async () => {
  const turn = aConversation()
  await turn(0, 20_000)
  now += 4 * MINUTE
  expect(await turn(20_000, 500)).toMatchObject(NO_LOSS)
  now += 6 * MINUTE
  expect(await turn(0, 21_000)).toMatchObject({
    prefix_change: 'none',
    cache_lost_why: 'idle',
    cache_lost_tokens: 20_500,
  })
})

test('a subagent and a side task leave the main conversation alone', async () => {
  const main = aConversation()
  const subagent = aConversation({ 'x-claude-code-agent-id': 'reviewer' })
  const title = aConversation()
  await main(0, 20_000)
  expect(await subagent(0, 5000)).toMatchObject({ agent: 'reviewer', prefix_change: null })
  expect(await title(0, 0, { tools: [] })).toMatchObject({ prefix_change: null })
  expect(await main(20_000, 500)).toMatchObject({ prefix_change: 'none', ...NO_LOSS })
  expect(await subagent(5000, 500)).toMatchObject({ prefix_change: 'none', ...NO_LOSS })
})

test('a change of the model is a change of the prompt', async () => {
  const turn = aConversation()
  await turn(0, 20_000)
  expect(await turn(0, 20_500, { model: 'claude-sonnet-5-5' })).toMatchObject({
    prefix_change: 'model',
    cache_lost_why: 'prefix',
    cache_lost_tokens: 20_000,
  })
})

test('a request that fails is no turn', async () => {
  const turn = aConversation()
  await turn(0, 20_000)
  const refusal = { kind: 'refuse', status: 400 } as const
  simulator.script(OPUS, refusal)
  await expect(turn(0, 0)).rejects.toThrow()
  const [failed] = await proxy.requests()
  expect(failed).toMatchObject({ state: 'failed', prefix_change: null, ...NO_LOSS })
})
