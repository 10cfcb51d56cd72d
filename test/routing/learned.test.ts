import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLearned } from '../../src/routing/learned.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { LANES, lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { aTarget } from './target.ts'

let simulator: Simulator
let proxy: TestProxy
beforeEach(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(lanesYaml(simulator))
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const MODEL = 'claude-opus-5-5'
const BETAS = 'context-management-2025-06-27,effort-2025-11-24'
const request = {
  model: 'anthropic-then-spare',
  max_tokens: 100,
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  tools: [{ name: 'Read', input_schema: { type: 'object', properties: { scope: {} } } }],
  messages: [{ role: 'user', content: 'Hello' }],
}
const ask = (changes = {}) =>
  post(proxy.url, { ...request, ...changes }, { headers: { 'anthropic-beta': BETAS } })

/** Asks twice: the first request is refused once, the second not at all. */
async function askTwice(changes = {}) {
  const attempts: (string | null)[] = []
  for (const turn of [1, 2]) {
    const response = await ask(changes)
    expect(`${turn}: ${response.status}`).toBe(`${turn}: 200`)
    expect(response.headers.get('x-proxy-model')).toBe(MODEL)
    attempts.push(response.headers.get('x-proxy-attempts'))
  }
  expect(attempts).toEqual(['2', '1'])
  const sent = simulator.calls.at(-1)
  if (!sent) throw new Error('nothing was sent')
  return sent
}

describe('what a target says it does not know is left out, only that, and remembered', () => {
  test('a field', async () => {
    const message = 'context_management: Extra inputs are not permitted'
    simulator.script(MODEL, { kind: 'refuse', status: 400, message })
    const { body } = await askTwice()
    expect(body).not.toHaveProperty('context_management')
    expect(body).toHaveProperty('tools')
  })

  test('a beta flag', async () => {
    const message =
      'Unexpected value(s) `context-management-2025-06-27` for the `anthropic-beta` header.'
    simulator.script(MODEL, { kind: 'refuse', status: 400, message })
    const { headers } = await askTwice({ context_management: undefined })
    expect(headers.get('anthropic-beta')).toBe('effort-2025-11-24')
  })

  test('a field deep inside, but not what is called so in a tool’s schema', async () => {
    const cache_control = { type: 'ephemeral', scope: 'global' }
    const { text } = await askTwice({ system: [{ type: 'text', text: 'Be kind.', cache_control }] })
    expect(text).toContain('"cache_control":{"type":"ephemeral"}')
    expect(text).toContain('"properties":{"scope":{}}')
  })
})

test.each(['anthropic', 'bedrock'])(
  'what %s says only in the stream, before any content, is left out too',
  async (lane) => {
    const upstream = LANES.find((known) => known.lane === lane)?.upstream ?? ''
    simulator.script(upstream, {
      kind: 'error',
      after: 0,
      type: lane === 'bedrock' ? 'validationException' : 'invalid_request_error',
      message: 'metadata: Extra inputs are not permitted',
    })
    const response = await ask({ model: lane, stream: true, metadata: { user_id: 'x' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-proxy-attempts')).toBe('2')
    expect(simulator.calls.at(-1)?.body).not.toHaveProperty('metadata')
  },
)

describe('what a target turned out not to know', () => {
  const message =
    'context_management: Extra inputs are not permitted; metadata: Extra inputs are not permitted'
  const refusal = { kind: 'refuse', status: 400, message } as const
  const learned = 'context_management,metadata'
  const shown = async () => {
    const response = await fetch(`${proxy.url}/api/providers`)
    const { targets } = (await response.json()) as { targets: TargetState[] }
    return targets.find(({ id }) => id === `direct/${MODEL}`)?.unsupported.join()
  }
  const metadata = { user_id: 'x' }

  test('survives a restart, and is left out of the very first request', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'learned-'))
    const db = join(folder, 'history.db')
    await proxy.stop(0)
    proxy = await startTestProxy(lanesYaml(simulator), { db })
    simulator.script(MODEL, refusal)
    expect((await ask({ metadata })).headers.get('x-proxy-attempts')).toBe('2')

    await proxy.stop(0)
    proxy = await startTestProxy(lanesYaml(simulator), { db })
    expect(await shown()).toBe(learned)
    expect((await ask({ metadata })).headers.get('x-proxy-attempts')).toBe('1')
    expect(simulator.calls.at(-1)?.body).not.toHaveProperty('metadata')

    await fetch(`${proxy.url}/api/providers/direct/clear`, { method: 'POST' })
    await proxy.stop(0)
    proxy = await startTestProxy(lanesYaml(simulator), { db })
    expect(await shown()).toBe('')
    rmSync(folder, { recursive: true })
  })

  test('is in /debug, on the page with a button, and gone once that is pressed', async () => {
    simulator.script(MODEL, refusal)
    await ask({ metadata })
    expect(await (await fetch(`${proxy.url}/debug`)).text()).toContain(
      '"unsupported":["context_management","metadata"]',
    )
    const page = () => fetch(`${proxy.url}/providers`).then((response) => response.text())
    expect(await page()).toContain('<code>context_management</code>')
    const id = encodeURIComponent(`direct/${MODEL}`)
    const pressed = await fetch(`${proxy.url}/providers/${id}/clear`, { method: 'POST' })
    expect(await pressed.text()).not.toContain('<code>context_management</code>')
    await ask({ metadata })
    expect(simulator.calls.at(-1)?.body).toHaveProperty('metadata')
  })
})

test('what the config strips never goes there, and is no news when it is refused', async () => {
  await proxy.stop(0)
  const yaml = lanesYaml(simulator)
    .replace('key-of-direct }', 'key-of-direct, strip: [metadata, "beta:effort-2025-11-24"] }')
    .replace(`model: ${MODEL} }`, `model: ${MODEL}, strip: [context_management] }`)
  proxy = await startTestProxy(yaml)
  expect((await ask({ metadata: { user_id: 'x' } })).status).toBe(200)
  const sent = simulator.calls.at(-1)
  expect(sent?.body).not.toHaveProperty('metadata')
  expect(sent?.body).not.toHaveProperty('context_management')
  expect(sent?.headers.get('anthropic-beta')).toBe('context-management-2025-06-27')

  const message = 'metadata: Extra inputs are not permitted'
  simulator.script(MODEL, { kind: 'refuse', status: 400, message })
  expect((await ask()).headers.get('x-proxy-attempts')).toBe('1')
})

test('requests that learn the same thing at the same time are all answered', async () => {
  const message = 'context_management: Extra inputs are not permitted'
  const refusal = { kind: 'refuse', status: 400, message } as const
  simulator.script(MODEL, refusal, refusal, refusal, refusal)
  const answers = await Promise.all(Array.from({ length: 4 }, () => ask()))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
})

test('a field that needs a flag is not unknown to Anthropic because one request came without', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(`
providers: { anthropic: { base_url: "${simulator.url}", api_key: any-key } }
routing: { models: [{ model: default, provider_sequence: [{ name: anthropic }] }] }
`)
  const thinking = { type: 'adaptive' }
  const message = 'context_management: Extra inputs are not permitted'
  const refused = await post(proxy.url, { ...request, model: MODEL, thinking })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { message } })
  expect((await ask({ model: MODEL, thinking })).status).toBe(200)
  expect(simulator.calls.at(-1)?.body).toHaveProperty('context_management')
})

test('a target that still refuses is believed, in its own words', async () => {
  const message = 'context_management: Extra inputs are not permitted'
  const refusal = { kind: 'refuse', status: 400, message } as const
  simulator.script(MODEL, refusal, refusal, refusal)
  const response = await ask()
  expect(response.status).toBe(400)
  expect(response.headers.get('x-proxy-attempts')).toBe('2')
  expect(await response.json()).toMatchObject({ error: { message } })
})

test('what the request does not have is no reason to send it again, and not remembered', async () => {
  const message =
    'messages.0.content.0.text: "metadata: Extra inputs are not permitted" is no greeting'
  simulator.script(MODEL, { kind: 'refuse', status: 400, message })
  const response = await ask()
  expect(response.status).toBe(400)
  expect(response.headers.get('x-proxy-attempts')).toBe('1')
  await ask({ metadata: { user_id: 'x' } })
  expect(simulator.calls.at(-1)?.body).toHaveProperty('metadata')
})

test('three things at most are left out for one request', async () => {
  const names = ['context_management', 'metadata', 'service_tier', 'speed', 'container']
  simulator.script(
    MODEL,
    ...names.map((name) => ({
      kind: 'refuse' as const,
      status: 400,
      message: `${name}: Extra inputs are not permitted`,
    })),
  )
  const metadata = { user_id: 'x' }
  const extras = { metadata, service_tier: 'auto', speed: 'standard', container: 'c' }
  const response = await ask(extras)
  expect(response.status).toBe(400)
  expect(response.headers.get('x-proxy-attempts')).toBe('4')
})

test('a client that makes up fields does not fill the memory of a target', () => {
  const kept = new Map<string, unknown>()
  const memory = {
    load: () => new Map(),
    keep: (key: string, value: unknown) => void kept.set(key, value),
    drop: (key: string) => void kept.delete(key),
  }
  const learned = createLearned(memory)
  const target = aTarget({})
  for (let i = 0; i < 1000; i++) learned.learn(target, [`made_up_${i}`])
  expect(learned.about(target)).toHaveLength(50)
  expect(learned.about(target)).toContain('made_up_999')
  expect([...kept.values()]).toEqual([learned.about(target)])
})
