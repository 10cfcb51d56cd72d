import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TargetState } from '../../src/routing/states.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { patientYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const MODEL = 'us.anthropic.claude-opus-5-5'
const ID = `bedrock/${MODEL}@us-west-2`

let folder: string
let simulator: Simulator
let proxy: TestProxy

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-providers-'))
  simulator = startSimulator()
  proxy = await start()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const start = () => startTestProxy(patientYaml(simulator), { db: join(folder, 'history.db') })

async function restart() {
  await proxy.stop(0)
  proxy = await start()
}

async function ask(): Promise<number> {
  const body = {
    model: 'bedrock',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  return (await post(proxy.url, body)).status
}

/** It says 429 once, and wants to be left alone for a minute. */
async function exhaust() {
  simulator.script(MODEL, { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } })
  expect(await ask()).toBe(429)
}

const clear = (id: string) =>
  fetch(`${proxy.url}/api/providers/${encodeURIComponent(id)}/clear`, { method: 'POST' })

async function stateOfBedrock() {
  const response = await fetch(`${proxy.url}/api/providers`)
  const { targets } = (await response.json()) as { targets: TargetState[] }
  return targets.find(({ id }) => id === ID)?.state
}

test('a target that said 429 is left alone, after a restart too', async () => {
  await exhaust()
  const before = await stateOfBedrock()
  await restart()

  expect([before, await stateOfBedrock()]).toEqual(['cooling', 'cooling'])
  expect(await ask()).toBe(429)
  expect(simulator.calls).toHaveLength(1)
})

test.each([ID, 'bedrock'])('clearing %s makes it ready at once', async (id) => {
  await exhaust()

  const response = await clear(id)

  const { cleared } = (await response.json()) as { cleared: string[] }
  expect(cleared).toContain(ID)
  expect(await stateOfBedrock()).toBe('ready')
  expect(await ask()).toBe(200)
})

test('what was cleared stays so after a restart', async () => {
  await exhaust()
  await clear(ID)
  await restart()

  expect(await stateOfBedrock()).toBe('ready')
  expect(await ask()).toBe(200)
})

test('a page of another web site cannot clear anything', async () => {
  await exhaust()

  const response = await fetch(`${proxy.url}/api/providers/bedrock/clear`, {
    method: 'POST',
    headers: { origin: 'https://evil.com' },
  })

  expect(response.status).toBe(403)
  expect(await stateOfBedrock()).toBe('cooling')
})

test('a path that is nearly right is an error in our shape', async () => {
  const response = await fetch(`${proxy.url}/api/providers/bedrock/stop`, { method: 'POST' })

  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    error: { type: 'not_found_error', message: 'There is no /api/providers/bedrock/stop here' },
  })
})

test('a target shows the worst of the accounts and models it stands for', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(`
providers: { direct: { type: anthropic, base_url: "${simulator.url}", auth: passthrough } }
routing: { max_wait: 0 }
`)
  simulator.script('claude-opus-5-5', {
    kind: 'refuse',
    status: 429,
    headers: { 'retry-after': '60' },
  })
  const body = {
    model: 'claude-opus-5-5',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  }
  const as = (key: string) => post(proxy.url, body, { headers: { 'x-api-key': key } })
  expect((await as('key-of-anna')).status).toBe(429)
  expect((await as('key-of-bert')).status).toBe(200)
  const shown = async () => {
    const response = await fetch(`${proxy.url}/api/providers`)
    return ((await response.json()) as { targets: TargetState[] }).targets[0]
  }
  expect(await shown()).toMatchObject({ state: 'cooling', requests_last_minute: 1 })
  await fetch(`${proxy.url}/api/providers/direct/clear`, { method: 'POST' })
  expect(await shown()).toMatchObject({ state: 'ready' })
  expect((await as('key-of-anna')).status).toBe(200)
})
