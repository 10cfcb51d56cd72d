import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

/** A server that speaks Anthropic, and whose counter does what the test says. */
type Counter = (request: Request) => Response | Promise<Response>

let counter: Counter
let asked = 0
let server: ReturnType<typeof Bun.serve>
let simulator: Simulator
let proxy: TestProxy
let now: number

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    fetch(request) {
      asked++
      return counter(request)
    },
  })
  simulator = startSimulator()
})
beforeEach(async () => {
  asked = 0
  now = 1_800_000_000_000
  await proxy?.stop(0)
  proxy = await startTestProxy(yaml(), { now: () => now })
})
afterAll(async () => {
  await proxy.stop(0)
  await server.stop(true)
  await simulator.stop()
})

function yaml() {
  return `
server: { first_event_timeout: 100ms }
providers:
  other: { type: anthropic, base_url: "${server.url.origin}", api_key: key-of-other }
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  local: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-local }
routing:
  models:
    - { model: alone, provider_sequence: [{ name: other, variants: [{ model: claude-opus-4-5 }] }] }
    - { model: alike, provider_sequence: [{ name: other, variants: [{ model: claude-opus-4-5 }] }, { name: direct, variants: [{ model: claude-haiku-4-5 }] }] }
    - { model: newer, provider_sequence: [{ name: other, variants: [{ model: claude-opus-4-5 }] }, { name: direct, variants: [{ model: claude-opus-5-5 }] }] }
    - { model: mixed, provider_sequence: [{ name: local, variants: [{ model: gpt-4o }] }, { name: other, variants: [{ model: claude-opus-4-5 }] }] }
`
}

async function count(model: string, more: Record<string, unknown> = {}) {
  const response = await fetch(`${proxy.url}/v1/messages/count_tokens?beta=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'foo' }], ...more }),
  })
  const body = (await response.json()) as { input_tokens: number; error?: { message: string } }
  const isEstimate = response.headers.get('x-proxy-estimate') === 'true'
  return { status: response.status, body, isEstimate }
}

const counted = (tokens: number) => () => Response.json({ input_tokens: tokens })

const error = (status: number, type: string, message: string) => () =>
  Response.json({ type: 'error', error: { type, message } }, { status })

test('tokens are counted by the service, with every field the client sent', async () => {
  const seen = Promise.withResolvers<unknown>()
  counter = async (request) => {
    seen.resolve(await request.json())
    return Response.json({ input_tokens: 1234 })
  }
  const { body, isEstimate } = await count('alone', { tools: [], tomorrow: { field: 1 } })
  expect(body).toEqual({ input_tokens: 1234 })
  expect(isEstimate).toBe(false)
  expect(await seen.promise).toMatchObject({ tools: [], tomorrow: { field: 1 } })
})

test('25 counts at once are 25 counts', async () => {
  counter = counted(7)
  const counts = await Promise.all(Array.from({ length: 25 }, () => count('alone')))
  expect(counts.every(({ body, isEstimate }) => body.input_tokens === 7 && !isEstimate)).toBe(true)
  expect(asked).toBe(25)
})

describe('where the counter of the first target fails', () => {
  test.each<[what: string, fails: Counter]>([
    ['is not there', error(404, 'not_found_error', 'There is no such path')],
    ['is overloaded', error(529, 'overloaded_error', 'Overloaded')],
    ['has had enough', error(429, 'rate_limit_error', 'This would exceed the rate limit')],
    ['does not know our key', error(401, 'authentication_error', 'invalid x-api-key')],
    ['says something else', () => new Response('<html>Hello</html>')],
    ['says nothing', () => new Promise<Response>(() => {})],
  ])('because it %s, the next that counts alike is asked', async (_, fails) => {
    counter = fails
    const { status, isEstimate } = await count('alike')
    expect({ status, isEstimate }).toEqual({ status: 200, isEstimate: false })
  })

  test('the next is not asked whose tokenizer is another', async () => {
    counter = error(404, 'not_found_error', 'There is no such path')
    expect((await count('newer')).isEstimate).toBe(true)
  })

  test('it is not asked again before its time', async () => {
    counter = error(503, 'api_error', 'Not now')
    expect((await count('alone')).isEstimate).toBe(true)
    counter = counted(7)
    expect((await count('alone')).isEstimate).toBe(true)
    expect(asked).toBe(1)
    now += 30_000
    expect((await count('alone')).body.input_tokens).toBe(7)
  })

  test('it rests for an hour where there is none', async () => {
    counter = error(404, 'not_found_error', 'There is no such path')
    await count('alone')
    now += 59 * 60_000
    await count('alone')
    expect(asked).toBe(1)
    now += 60_000
    await count('alone')
    expect(asked).toBe(2)
  })

  test('the target goes on answering messages', async () => {
    counter = error(429, 'rate_limit_error', 'This would exceed the rate limit')
    await count('alone')
    const states = (await (await fetch(`${proxy.url}/api/providers`)).json()) as {
      targets: { id: string; state: string }[]
    }
    expect(JSON.stringify(states)).not.toContain('cooling')
    counter = error(418, 'invalid_request_error', 'a message came')
    const response = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'alone',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'foo' }],
      }),
    })
    expect(await response.text()).toContain('a message came')
  })
})

test('a count by another family is no count: the first target is estimated', async () => {
  counter = counted(7)
  expect((await count('mixed')).isEstimate).toBe(true)
  expect(asked).toBe(0)
})

test('what the service says of a wrong request goes to the client, and costs nothing else', async () => {
  const message = 'messages.0.content.0: unknown block'
  counter = error(400, 'invalid_request_error', message)
  expect(await count('alike')).toMatchObject({ status: 400, body: { error: { message } } })
  counter = counted(7)
  expect((await count('alike')).body.input_tokens).toBe(7)
})
