import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, textIn } from '../support/client.ts'
import { lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy, type TestProxyOptions } from '../support/proxy.ts'

const MODEL = 'claude-opus-5-5'
const request = {
  model: 'anthropic',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
}

let simulator: Simulator
let proxy: TestProxy

/** With these settings of the server in the place of those every test has. */
async function start(server = 'idle_timeout: 5s', options: TestProxyOptions = {}) {
  proxy = await startTestProxy(
    lanesYaml(simulator).replace(/server: \{.*\}/, `server: { ${server} }`),
    options,
  )
}

beforeEach(() => {
  simulator = startSimulator()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const event = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const CONTENT = event('content_block_start', { index: 0, content_block: { type: 'text' } })
const STOP_REASON = event('message_delta', { delta: { stop_reason: 'end_turn' } })

describe('a history that cannot be written', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'claude-proxy-edges-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test.each([false, true])('costs no answer, and no row (stream: %p)', async (stream) => {
    const path = join(folder, 'history.db')
    await start(undefined, { db: path })
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    simulator.script(MODEL, { kind: 'text', text: 'Still here.' })
    const response = await post(proxy.url, { ...request, stream })
    const body = await response.text()
    expect(stream ? textIn(eventsIn(body)) : JSON.parse(body).content[0].text).toBe('Still here.')
    expect(proxy.lines.join('')).toContain('cannot be written')
    expect((await fetch(`${proxy.url}/ready`)).status).toBe(503)
    expect(await (await fetch(`${proxy.url}/debug`)).json()).toMatchObject({ waiting_rows: 1 })
    other.run('ROLLBACK')
    other.close()
    expect((await fetch(`${proxy.url}/ready`)).status).toBe(200)
    await proxy.stop(0)
    const history = new Database(path, { readonly: true })
    expect(history.query('SELECT status FROM requests').values()).toEqual([[200]])
    history.close()
  })

  test('is told of at the end, with how many requests are not in it', async () => {
    const path = join(folder, 'history.db')
    await start(undefined, { db: path })
    const other = new Database(path)
    other.run('ALTER TABLE requests RENAME TO elsewhere')
    for (const _ of [1, 2]) await (await post(proxy.url, request)).text()
    await proxy.stop(0)
    expect(proxy.lines.join('')).toContain(`not in the history ${path}: 2`)
    other.close()
  })

  test('makes the proxy unready while rows wait, though a lock could be had', async () => {
    const path = join(folder, 'history.db')
    await start(undefined, { db: path })
    const ready = async () => (await fetch(`${proxy.url}/ready`)).status
    const debug = async () => (await fetch(`${proxy.url}/debug`)).json()
    const other = new Database(path)
    other.run('ALTER TABLE requests RENAME TO elsewhere')
    await (await post(proxy.url, request)).text()
    expect(await ready()).toBe(503)
    expect(await debug()).toMatchObject({ waiting_rows: 1, totals: null })
    other.run('ALTER TABLE elsewhere RENAME TO requests')
    other.close()
    expect(await ready()).toBe(200)
    expect(await debug()).toMatchObject({ waiting_rows: 0, totals: { requests: 1 } })
  })
})

describe('a stream that has said everything but the end', () => {
  test('is complete when the connection is lost', async () => {
    await start()
    const body = CONTENT + STOP_REASON
    simulator.script(MODEL, { kind: 'body', contentType: 'text/event-stream', body })
    const response = await post(proxy.url, { ...request, stream: true })
    expect(eventsIn(await response.text()).at(-1)?.event).toBe('message_stop')
    const [row] = await proxy.requests()
    expect(row).toMatchObject({ state: 'complete', error: null })
  })
})

test('a key that is quoted in the middle of a stream is seen nowhere', async () => {
  await start()
  const gate = Promise.withResolvers<void>()
  const message = 'your key key-of-direct is over its limit'
  simulator.script(MODEL, { kind: 'error', after: 2, message, gate: gate.promise })
  const response = await post(proxy.url, { ...request, stream: true })
  gate.resolve()
  const shown = [
    await response.text(),
    proxy.lines.join(''),
    JSON.stringify(await proxy.requests()),
  ]
  expect(shown.join('\n')).toContain('your key *** is over its limit')
  expect(shown.join('\n')).not.toContain('key-of-direct')
})

test('what looks like a key in an error is seen nowhere, whoever it belongs to', async () => {
  await start()
  const message = 'not a tool result: sk-ant-api03-what-the-user-has-in-a-file'
  simulator.script(MODEL, { kind: 'refuse', status: 400, message })
  const response = await post(proxy.url, request)
  const shown = [
    await response.text(),
    proxy.lines.join(''),
    JSON.stringify(await proxy.requests()),
  ]
  expect(shown.map((text) => text.includes('not a tool result: ***'))).toEqual([true, true, true])
  expect(shown.join('\n')).not.toContain('what-the-user-has')
})

test('a client that stops reading is let go, and the target is not blamed', async () => {
  await start('write_timeout: 200ms')
  simulator.script(MODEL, { kind: 'text', text: 'word '.repeat(4_000_000), deltas: 2000 })
  const { hostname, port } = new URL(proxy.url)
  const body = JSON.stringify({ ...request, stream: true })
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  // Only now: a pause before the connection stands can get lost, and then it reads after all.
  socket.pause()
  socket.write(
    `POST /v1/messages HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await proxy.logged('the client stopped reading')
  socket.destroy()
  const [row] = await proxy.requests()
  expect(row).toMatchObject({
    state: 'client_closed',
    status: 499,
    error: 'the client stopped reading',
  })
  const providers = await (await fetch(`${proxy.url}/api/providers`)).json()
  expect(JSON.stringify(providers)).not.toContain('cooling')
})

test('the last of two model members decides, for the route and for the service', async () => {
  await start()
  const arrival = simulator.nextCall()
  const text = JSON.stringify(request).replace('{', '{"model":"claude-fable-5",')
  expect((await post(proxy.url, text)).status).toBe(200)
  expect((await arrival).body).toMatchObject({ model: MODEL })
})

test('a refusal names one type and one status', async () => {
  await start()
  const message = 'Your credit balance is too low to access the Anthropic API.'
  simulator.script(MODEL, { kind: 'refuse', status: 400, message })
  const response = await post(proxy.url, request)
  expect(response.status).toBe(402)
  expect(await response.json()).toMatchObject({ error: { type: 'billing_error', message } })
})
