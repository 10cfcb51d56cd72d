import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(
    lanesYaml(simulator).replace('server: {', 'server: { max_body: 100KB,'),
  )
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const good = { model: 'anthropic', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

async function expectRefusal(response: Response, status: number, type: string, message: string) {
  const body = (await response.json()) as { error: { message: string } }
  expect(response.status).toBe(status)
  expect(body).toMatchObject({ type: 'error', error: { type } })
  expect(body.error.message).toContain(message)
  expect(body).toHaveProperty('request_id', response.headers.get('request-id'))
  expect(response.headers.get('request-id')).toStartWith('req_')
}

const MISTAKES: [body: unknown, says: string][] = [
  ['', 'not valid JSON'],
  ['{', 'not valid JSON'],
  ['null', 'body: must be object'],
  ['[]', 'body: must be object'],
  ['"text"', 'body: must be object'],
  [{ ...good, model: undefined }, 'model: Field required'],
  [{ ...good, model: '' }, 'model: '],
  [{ ...good, model: 5 }, 'model: must be string'],
  [{ ...good, messages: undefined }, 'messages: Field required'],
  [{ ...good, messages: [] }, 'messages: '],
  [{ ...good, messages: 'Hi' }, 'messages: must be array'],
  [{ ...good, max_tokens: undefined }, 'max_tokens: Field required'],
  [{ ...good, max_tokens: 'many' }, 'max_tokens: must be integer'],
  [{ ...good, max_tokens: 1.5 }, 'max_tokens: must be integer'],
  [{ ...good, stream: 'yes' }, 'stream: must be boolean'],
  [{ ...good, messages: [{ role: 'user' }] }, 'messages.0.content: Field required'],
  [{ ...good, messages: [{ role: 'robot', content: 'Hi' }] }, 'messages.0.role'],
  [{ ...good, messages: [{ role: 'user', content: [{}] }] }, 'messages.0.content.0.type: Field'],
  [{ ...good, messages: [{ role: 'user', content: 7 }] }, 'messages.0.content'],
  [{ ...good, tools: {} }, 'tools: must be array'],
]

describe('a body that is wrong is refused with what is wrong', () => {
  test.each(MISTAKES)('%j', async (body, says) => {
    await expectRefusal(await post(proxy.url, body), 400, 'invalid_request_error', says)
  })

  test('as bytes that are not UTF-8', async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22])
    const response = await post(proxy.url, '', { body })
    await expectRefusal(response, 400, 'invalid_request_error', 'UTF-8')
  })

  test.each([false, true])('as one that is too large (chunked: %p)', async (chunked) => {
    const text = JSON.stringify({ ...good, system: 'x'.repeat(101 * 1024) })
    const body = chunked ? new Blob([text]).stream() : text
    const response = await post(proxy.url, '', { body })
    await expectRefusal(response, 413, 'request_too_large', 'larger than 102400 bytes')
  })

  test.each([
    [{ 'content-type': 'text/plain' }, 'application/json'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'application/json'],
    [{ 'content-encoding': 'gzip' }, 'gzip'],
  ])('as another kind of content: %p', async (headers, says) => {
    const response = await post(proxy.url, good, { headers })
    await expectRefusal(response, 415, 'unsupported_media_type', says)
  })

  test('and the service is asked for none of them', () => {
    expect(simulator.calls).toHaveLength(0)
  })
})

test('deep nesting harms nobody', async () => {
  const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`
  const body = JSON.stringify({ ...good, metadata: { deep: 0 } }).replace('0}', `${deep}}`)
  await expectRefusal(await post(proxy.url, body), 400, 'invalid_request_error', 'nested deeper')
  expect((await post(proxy.url, good)).status).toBe(200)
})

describe('what is not there', () => {
  test('a route', async () => {
    const response = await fetch(`${proxy.url}/v1/nothing`)
    await expectRefusal(response, 404, 'not_found_error', '/v1/nothing')
  })

  test('a method', async () => {
    const response = await fetch(`${proxy.url}/v1/messages`)
    expect(response.headers.get('allow')).toBe('POST')
    await expectRefusal(response, 405, 'method_not_allowed', 'takes POST, not GET')
  })

  test('a method, where an id stands in the address', async () => {
    const response = await fetch(`${proxy.url}/api/requests/req_1`, { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('GET')
    await expectRefusal(response, 405, 'method_not_allowed', 'takes GET, not DELETE')
  })

  test('a model', async () => {
    const response = await post(proxy.url, { ...good, model: 'gpt-9' })
    await expectRefusal(response, 404, 'not_found_error', 'No route matches the model "gpt-9"')
  })

  test('any provider at all', async () => {
    const empty = await startTestProxy('')
    const response = await post(empty.url, good)
    await expectRefusal(response, 404, 'not_found_error', 'No provider is configured')
    expect((await fetch(`${empty.url}/ready`)).status).toBe(503)
    await empty.stop(0)
  })

  test('a credential', async () => {
    const keyless = await startTestProxy(
      `providers: { groq: { api_key: "\${MISSING_KEY}" } }\n` +
        'routing: { models: [{ model: default, provider_sequence: [{ name: groq, variants: [{ model: x }] }] }] }',
    )
    const response = await post(keyless.url, good)
    await expectRefusal(response, 401, 'authentication_error', 'MISSING_KEY')
    await keyless.stop(0)
  })
})

test('a client that hangs up in the middle of its body is forgotten', async () => {
  const { hostname, port } = new URL(proxy.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /v1/messages HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"model"`,
  )
  await new Promise<void>((resolve) => socket.end(() => resolve()))
  expect((await post(proxy.url, good)).status).toBe(200)
})
