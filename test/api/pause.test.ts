import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TargetState } from '../../src/routing/states.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { patientYaml, SPARE } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const OPUS = 'direct/claude-opus-5-5'

let folder: string
let simulator: Simulator
let proxy: TestProxy

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-pause-'))
  simulator = startSimulator()
  proxy = await start()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const start = () => startTestProxy(patientYaml(simulator), { db: join(folder, 'history.db') })

const ask = (model: string, stream = false) =>
  post(proxy.url, {
    model,
    stream,
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  })

async function act(action: string, id: string) {
  const path = `/api/providers/${encodeURIComponent(id)}/${action}`
  return (await fetch(proxy.url + path, { method: 'POST' })).json()
}

async function stateOf(id: string) {
  const { targets } = (await (await fetch(`${proxy.url}/api/providers`)).json()) as {
    targets: TargetState[]
  }
  return targets.find((target) => target.id === id)
}

test('a paused target is passed over by every route, over a restart too, until it is resumed', async () => {
  expect(await act('pause', OPUS)).toEqual({ paused: [OPUS] })
  const servedBy = async () => (await ask('anthropic-then-spare')).headers.get('x-proxy-model')
  expect(await servedBy()).toBe(SPARE)
  await proxy.stop(0)
  proxy = await start()
  expect(await servedBy()).toBe(SPARE)
  expect(await stateOf(OPUS)).toMatchObject({
    state: 'paused',
    reason: 'paused by hand; no request goes there until it is resumed',
    until: null,
  })
  expect(await act('resume', OPUS)).toEqual({ resumed: [OPUS] })
  expect(await servedBy()).toBe('claude-opus-5-5')
  expect(await stateOf(OPUS)).toMatchObject({ state: 'ready', reason: null })
})

test('the client of a route that is paused as a whole hears so at once, and nobody is asked', async () => {
  await act('pause', 'direct')
  const response = await ask('anthropic')
  expect(response.status).toBe(529)
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(await response.json()).toMatchObject({
    error: {
      type: 'overloaded_error',
      message: expect.stringContaining(`${OPUS} is paused. Resume`),
    },
  })
  expect(simulator.calls).toEqual([])
})

test('a pause lets the request end that is under way', async () => {
  const gate = Promise.withResolvers<void>()
  simulator.script('claude-opus-5-5', { kind: 'text', text: 'All of it', gate: gate.promise })
  const call = simulator.nextCall()
  const answering = ask('anthropic', true)
  await call
  await act('pause', OPUS)
  gate.resolve()
  const response = await answering
  expect(await response.text()).toContain('message_stop')
  expect((await stateOf(OPUS))?.state).toBe('paused')
})

test('it is not asked to count tokens either', async () => {
  await act('pause', OPUS)
  const response = await fetch(`${proxy.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'anthropic', messages: [{ role: 'user', content: 'Hi' }] }),
  })
  expect(response.headers.get('x-proxy-estimate')).toBe('true')
  expect(simulator.calls).toEqual([])
})

test('with every target paused the proxy is not ready, and says why', async () => {
  for (const id of ['direct', 'bedrock', 'compatible', 'openai', 'spare']) await act('pause', id)
  const response = await fetch(`${proxy.url}/ready`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ reasons: ['every target is paused'] })
  await act('resume', 'spare')
  expect((await fetch(`${proxy.url}/ready`)).status).toBe(200)
})

test('an id that nobody has is an error in our shape', async () => {
  expect(await act('pause', 'nobody')).toMatchObject({
    error: { type: 'not_found_error', message: expect.stringContaining('"nobody"') },
  })
})
