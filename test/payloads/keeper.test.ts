import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Payload } from '../../src/history/answers.ts'
import { openStore } from '../../src/history/store.ts'
import { createKeeper } from '../../src/payloads/keeper.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, textIn } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const FIRST = 'claude-opus-5-5'
const SECOND = 'claude-opus-4-8'
const SPLIT_SECRET = `sk-ant-api03-${'s3cr3t'.repeat(10)}`

let folder: string
let path: string
let simulator: Simulator
let proxy: TestProxy
let isRunning = false

async function start(history: string, { server = '', routing = '' } = {}) {
  proxy = await startTestProxy(
    `
server: { first_event_timeout: 5s${server} }
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: a-key-of-ours }
routing:
  retry_timeout_millis: 10
  ${routing}
  models:
    - model: default
      provider_sequence: [{ name: direct, variants: [{ model: ${FIRST} }, { model: ${SECOND} }] }]
history: { ${history} }`,
    { db: path },
  )
  isRunning = true
}

async function stop() {
  if (isRunning) await proxy.stop(0)
  isRunning = false
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-kept-'))
  path = join(folder, 'history.db')
  simulator = startSimulator()
})
afterEach(async () => {
  await stop()
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const body = (more: object = {}) => ({
  model: 'any',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Why does the upload fail?' }],
  metadata: { user_id: 'ada_session_1' },
  ...more,
})

interface Told {
  id: string
  text: string
}

async function ask(sent: unknown = body(), headers: Record<string, string> = {}): Promise<Told> {
  const response = await post(proxy.url, sent, { headers })
  return { id: response.headers.get('request-id') ?? '', text: await response.text() }
}

const debug = async () =>
  (await (await fetch(`${proxy.url}/debug`)).json()) as { waiting_rows: number }

/** What was kept, when the proxy has ended. */
async function kept({ id }: Pick<Told, 'id'>): Promise<Payload | null> {
  await stop()
  const { reader, close } = openStore(path, console.error)
  const payload = await reader.payload(id)
  close()
  return payload
}

const whole = (text: string) => ({ text, bytes: Buffer.byteLength(text), is_cut: false })
const asked = (sent: unknown) => whole(JSON.stringify(sent))

describe('with all, the client’s own words and just what it got are kept', () => {
  test('of JSON', async () => {
    await start('payloads: all')
    const told = await ask(
      '{ "model": "any", "max_tokens": 1e2, "messages": [{"role":"user","content":"Hi"}] }',
    )
    expect(await kept(told)).toEqual({
      request: whole(
        '{ "model": "any", "max_tokens": 1e2, "messages": [{"role":"user","content":"Hi"}] }',
      ),
      response: whole(told.text),
    })
  })

  test('of a stream, to the byte', async () => {
    await start('payloads: all')
    const told = await ask(body({ stream: true }))
    expect(eventsIn(told.text).at(-1)?.event).toBe('message_stop')
    expect(await kept(told)).toEqual({
      request: asked(body({ stream: true })),
      response: whole(told.text),
    })
  })

  test('of a stream behind a fallback', async () => {
    await start('payloads: all')
    simulator.script(FIRST, { kind: 'refuse', status: 429 })
    const told = await ask(body({ stream: true }))
    expect((await kept(told))?.response).toEqual(whole(told.text))
  })

  test.each([true, false])('of a refusal (streaming: %p)', async (stream) => {
    await start('payloads: all')
    simulator.script(FIRST, { kind: 'refuse', status: 400, message: 'max_tokens: too many' })
    const told = await ask(body({ stream }))
    expect(JSON.parse(told.text)).toMatchObject({ type: 'error' })
    expect(await kept(told)).toEqual({
      request: asked(body({ stream })),
      response: whole(told.text),
    })
  })

  test('of a stream that breaks off, with the error that ends it', async () => {
    await start('payloads: all')
    simulator.script(FIRST, { kind: 'cut', after: 2 })
    const told = await ask(body({ stream: true }))
    expect(eventsIn(told.text).at(-1)?.event).toBe('error')
    expect((await kept(told))?.response).toEqual(whole(told.text))
  })

  test('of a stream that somebody else carries on', async () => {
    await start('payloads: all', { routing: 'on_stream_failure: continue' })
    simulator.script(FIRST, { kind: 'cut', after: 2 })
    simulator.script(SECOND, { kind: 'text', text: 'and that is the rest.' })
    const told = await ask(body({ stream: true }))
    expect(textIn(eventsIn(told.text))).toEndWith('and that is the rest.')
    expect((await kept(told))?.response).toEqual(whole(told.text))
  })

  test('of a stream that opened with pings', async () => {
    await start('payloads: all', { server: ', ping_after: 20ms' })
    const gate = Promise.withResolvers<void>()
    simulator.script(FIRST, { kind: 'text', text: 'At last.', contentAfter: gate.promise })
    const response = await post(proxy.url, body({ stream: true }))
    gate.resolve()
    const told = { id: response.headers.get('request-id') ?? '', text: await response.text() }
    expect(told.text).toStartWith('event: ping')
    expect((await kept(told))?.response).toEqual(whole(told.text))
  })

  test('of a stream that opened with pings and then failed', async () => {
    await start('payloads: all', { server: ', ping_after: 20ms' })
    const gate = Promise.withResolvers<void>()
    for (const model of [FIRST, SECOND]) {
      const type = 'invalid_request_error'
      simulator.script(model, { kind: 'error', after: 0, type, gate: gate.promise })
    }
    const response = await post(proxy.url, body({ stream: true }))
    gate.resolve()
    const told = { id: response.headers.get('request-id') ?? '', text: await response.text() }
    expect(eventsIn(told.text).at(-1)?.event).toBe('error')
    expect((await kept(told))?.response).toEqual(whole(told.text))
  })

  test('of a client that leaves, as far as it got', async () => {
    await start('payloads: all')
    const gate = Promise.withResolvers<void>()
    simulator.script(FIRST, { kind: 'text', gate: gate.promise })
    const leaving = new AbortController()
    const response = await post(proxy.url, body({ stream: true }), { signal: leaving.signal })
    const reader = response.body?.getReader()
    const first = new TextDecoder().decode((await reader?.read())?.value)
    const logged = proxy.logged('closed the connection')
    leaving.abort()
    await logged
    gate.resolve()
    const payload = await kept({ id: response.headers.get('request-id') ?? '' })
    expect(payload?.response?.text).toStartWith(first)
    expect(payload?.response?.text).not.toContain('message_stop')
  })

  test('of a stream that is cut by the shutdown, with the error that ends it', async () => {
    await start('payloads: all')
    simulator.script(FIRST, { kind: 'text', gate: new Promise(() => {}) })
    const response = await post(proxy.url, body({ stream: true }))
    const [text] = await Promise.all([response.text(), stop()])
    expect(eventsIn(text).at(-1)?.event).toBe('error')
    const id = response.headers.get('request-id') ?? ''
    expect((await kept({ id }))?.response).toEqual(whole(text))
  })

  test('and the API gives them', async () => {
    await start('payloads: all')
    const { id, text } = await ask()
    const get = () => fetch(`${proxy.url}/api/requests/${id}/payload`)
    let response = await get()
    while (response.status === 404) response = await get()
    expect(await response.json()).toEqual({ request: asked(body()), response: whole(text) })
  })
})

describe('of what is not wanted nothing is kept', () => {
  test('with none', async () => {
    await start('payloads: none')
    simulator.script(FIRST, { kind: 'refuse', status: 400 })
    const failed = await ask()
    const { id } = await ask()
    const response = await fetch(`${proxy.url}/api/requests/${id}/payload`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('history.payloads: all')
    await stop()
    for (const told of [failed, { id }]) expect(await kept(told)).toBeNull()
  })

  test('with errors, of those that went well', async () => {
    await start('payloads: errors')
    simulator.script(FIRST, { kind: 'cut', after: 2 })
    const partial = await ask(body({ stream: true }))
    // The first one has to rest now.
    simulator.script(SECOND, { kind: 'refuse', status: 400 })
    const refused = await ask()
    const complete = await ask(body({ stream: true }))
    expect((await kept(partial))?.response).toEqual(whole(partial.text))
    expect((await kept(refused))?.response).toEqual(whole(refused.text))
    expect(await kept(complete)).toBeNull()
  })

  test('of a body that never became a request', async () => {
    await start('payloads: all')
    const told = await ask('{ "model": ')
    expect(told.text).toContain('not valid JSON')
    expect(await kept(told)).toBeNull()
  })
})

test('of a request that repeats another one everything is kept, whatever is wanted', async () => {
  const written: [string, Payload][] = []
  const keeper = createKeeper({
    payloads: 'none',
    maxBytes: 1000,
    keep: async (...row) => void written.push(row),
    warn: console.error,
  })
  const request = { bytes: new TextEncoder().encode('{}'), text: '{}' }
  const redact = (text: string) => text
  expect(keeper.listenTo({ request, redact, replayOf: null })).toBeNull()
  const transcript = keeper.listenTo({ request, redact, replayOf: 'req_1' })
  transcript?.hear(new TextEncoder().encode('{"type":"message"}'))
  transcript?.ended({ id: 'req_2', state: 'complete' })
  await keeper.settled()
  expect(written).toEqual([
    ['req_2', { request: whole('{}'), response: whole('{"type":"message"}') }],
  ])
})

test('what is longer than payload_size is cut, and its size told', async () => {
  await start('payloads: all, payload_size: 2KB')
  const sent = body({ system: 'x'.repeat(100_000), stream: true })
  simulator.script(FIRST, { kind: 'text', text: 'word '.repeat(3000), deltas: 1000 })
  const told = await ask(sent)
  const payload = await kept(told)
  const request = JSON.stringify(sent)
  expect(payload?.request).toMatchObject({ bytes: request.length, is_cut: true })
  expect(payload?.response).toMatchObject({ bytes: told.text.length, is_cut: true })
  for (const text of [payload?.request?.text ?? '', payload?.response?.text ?? '']) {
    expect(text.length).toBeLessThan(2200)
    expect(text).toContain('[cut here')
  }
  expect(eventsIn(payload?.response?.text.replace(/^: .*$/m, '') ?? '').at(-1)?.event).toBe(
    'message_stop',
  )
})

test('no secret and no image is in the file or in the log, wherever they were said', async () => {
  await start('payloads: all')
  const png = Buffer.from(crypto.getRandomValues(new Uint8Array(500))).toString('base64')
  const source = { type: 'base64', media_type: 'image/png', data: png }
  const theirs = 'the-credential-of-the-client'
  const content = [
    {
      type: 'text',
      text: `Use a-key-of-ours, ${theirs} and\n${SPLIT_SECRET}. Marker of the prompt.`,
    },
    { type: 'image', source },
  ]
  const words = `Your key is ${SPLIT_SECRET}, I think. Marker of the answer.`
  for (const stream of [true, false]) {
    simulator.script(FIRST, { kind: 'text', text: words, deltas: 20 })
    const told = await ask(body({ stream, messages: [{ role: 'user', content }] }), {
      'x-api-key': theirs,
      'user-agent': `me ${SPLIT_SECRET}`,
    })
    if (!stream) expect(told.text).toContain(SPLIT_SECRET)
    else expect(textIn(eventsIn(told.text))).toContain(SPLIT_SECRET)
    simulator.script(FIRST, { kind: 'refuse', status: 400, message: 'no' })
    await ask(body({ stream, messages: [{ role: 'user', content }] }), { 'x-api-key': theirs })
  }
  await stop()

  const { reader, close } = openStore(path, console.error)
  const texts: string[] = []
  const { requests } = await reader.page({ limit: 10 })
  for (const { id } of requests) {
    const payload = await reader.payload(id)
    const request = JSON.parse(payload?.request?.text ?? '')
    expect(request.messages[0].content[1].source.data).toBe('[image/png, 500 bytes, not kept]')
    expect(request.metadata.user_id).toBe('ada_session_1')
    expect(payload?.request?.is_cut).toBe(true)
    const answer = payload?.response?.text ?? ''
    texts.push(JSON.stringify(payload), textIn(answer.startsWith('event') ? eventsIn(answer) : []))
  }
  close()
  expect(requests).toHaveLength(4)
  expect(texts.join('\n')).toContain('Marker of the answer')
  const bytes = await Promise.all(
    (await readdir(folder)).map((name) => Bun.file(join(folder, name)).text()),
  )
  const log = proxy.lines.join('\n')
  for (const secret of ['a-key-of-ours', theirs, SPLIT_SECRET, png]) {
    for (const text of [...texts, ...bytes, log]) expect(text).not.toContain(secret)
  }
  expect(log).toContain('200 any')
  expect(log).not.toContain('Marker of')
})

test('a database that is locked takes no answer with it', async () => {
  await start('payloads: all')
  await ask()
  const other = new Database(path)
  other.run('BEGIN IMMEDIATE')
  const logged = proxy.logged('cannot be written, requests go on')
  const told = await ask(body({ stream: true }))
  expect(eventsIn(told.text).at(-1)?.event).toBe('message_stop')
  await logged
  other.run('ROLLBACK')
  other.close()
  while ((await debug()).waiting_rows > 0);
  const next = await ask()
  expect(await kept(told)).toBeNull()
  expect((await kept(next))?.response).toEqual(whole(next.text))
})
