import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { RECORDED, recordedBytes } from '../support/recorded.ts'

let simulator: Simulator
let proxy: TestProxy

async function start(provider: string, routing = 'enable: false') {
  simulator = startSimulator()
  proxy = await startTestProxy(
    `providers:\n  direct: { type: anthropic, base_url: "${simulator.url}", ${provider} }\nrouting: { ${routing} }`,
  )
}

beforeEach(() => start('api_key: key-of-direct'))
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const MODEL = 'claude-opus-5-5'
const request = { model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

describe('the bytes', () => {
  const body = `{ "max_tokens":100,\t"model" : "${MODEL}",
  "messages": [ {"content":[{"text":"Caf\\u00e9 \\ud83d\\ude00","type":"text"}],"role":"user"} ],
  "metadata": {"user_id": "{\\"session_id\\":\\"s\\"}"}, "stream": true }`

  test('of a request go out exactly as they came', async () => {
    const arrival = simulator.nextCall()
    await (await post(proxy.url, body)).text()
    expect((await arrival).text).toBe(body)
  })

  test('of a request change only in the model where the route says so', async () => {
    await proxy.stop(0)
    await simulator.stop()
    await start(
      'api_key: key-of-direct',
      `models: [{ model: default, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-4-8 }] }] }]`,
    )
    const arrival = simulator.nextCall()
    await (await post(proxy.url, body)).text()
    expect((await arrival).text).toBe(body.replace(MODEL, 'claude-opus-4-8'))
  })

  test('of a stream come back exactly as they were sent', async () => {
    const sent = [
      'event: message_start\r\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3}}}   \r\n\r\n',
      ': a comment\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"novelty"}}\n\n',
      'event: surprise\ndata: {"type":"surprise"}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}      \n\n',
    ].join('')
    simulator.script(MODEL, { kind: 'body', contentType: 'text/event-stream', body: sent })
    const response = await post(proxy.url, body)
    expect(await response.text()).toBe(sent)
    const row = await proxy.request(response.headers.get('request-id') ?? '')
    expect(row).toMatchObject({
      state: 'complete',
      input_tokens: 3,
      output_tokens: 7,
      session_id: 's',
    })
  })

  test('of a stream that lacks only its last event are made whole', async () => {
    const sent = [
      'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n',
    ].join('')
    simulator.script(MODEL, { kind: 'body', contentType: 'text/event-stream', body: sent })
    const answer = await (await post(proxy.url, body)).text()
    expect(answer).toBe(`${sent}event: message_stop\ndata: {"type":"message_stop"}\n\n`)
  })
})

describe.skipIf(!RECORDED)('a recorded stream', () => {
  const names = RECORDED
    ? [...new Bun.Glob('anthropic/*.sse').scanSync(RECORDED)]
    : ['each of them']

  test.each(names)('%s passes byte for byte, and its usage is read on the side', async (name) => {
    const sent = await recordedBytes(name)
    simulator.script(MODEL, { kind: 'body', contentType: 'text/event-stream', body: sent })
    const response = await post(proxy.url, { ...request, stream: true })
    expect(await response.bytes()).toEqual(sent)
    const row = await proxy.request(response.headers.get('request-id') ?? '')
    const events = eventsIn(new TextDecoder().decode(sent))
    const usages = events.map(({ data }) => ({
      ...(data.message as { usage?: object } | undefined)?.usage,
      ...(data.usage as object | undefined),
    }))
    const { output_tokens, input_tokens } = Object.assign({}, ...usages)
    expect(row).toMatchObject({ state: 'complete', output_tokens, input_tokens })
  })
})

describe('with auth: passthrough', () => {
  beforeEach(async () => {
    await proxy.stop(0)
    await simulator.stop()
    await start('auth: passthrough')
  })

  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}`, 'x-app': 'cli' } })

  test('the credential of the client goes upstream', async () => {
    const arrival = simulator.nextCall()
    await (await post(proxy.url, request, as('token-of-anna'))).text()
    const { headers } = await arrival
    expect(headers.get('authorization')).toBe('Bearer token-of-anna')
    expect(headers.get('x-app')).toBe('cli')
  })

  test('a 401 goes back as it is, and marks nothing', async () => {
    simulator.script(MODEL, { kind: 'refuse', status: 401 })
    expect((await post(proxy.url, request, as('expired'))).status).toBe(401)
    expect((await post(proxy.url, request, as('expired'))).status).toBe(200)
  })

  test('the limit of one client keeps no other one out', async () => {
    simulator.script(MODEL, { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } })
    expect((await post(proxy.url, request, as('token-of-anna'))).status).toBe(429)
    expect((await post(proxy.url, request, as('token-of-anna'))).status).toBe(429)
    expect((await post(proxy.url, request, as('token-of-bert'))).status).toBe(200)
    expect(simulator.calls).toHaveLength(2)
  })
})
