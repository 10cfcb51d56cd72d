import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, textIn } from '../support/client.ts'
import { LANES, lanesYaml, SPARE } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

// Cooldowns are the very thing under test, so nobody shares a proxy here.
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

const ask = (model: string, stream: boolean) =>
  post(proxy.url, {
    model,
    stream,
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Hello' }],
  })

/** What the primary does, each time it is asked, and what its attempts are recorded as. */
const HIDDEN: Record<string, { step: Step; outcomes: string[] }> = {
  'a 429 that names a time': {
    step: { kind: 'refuse', status: 429, headers: { 'retry-after': '2' } },
    outcomes: ['rate_limited'],
  },
  'a 429 that names none': { step: { kind: 'refuse', status: 429 }, outcomes: ['rate_limited'] },
  'a 503': { step: { kind: 'refuse', status: 503 }, outcomes: ['overloaded'] },
  'a 500 that stays': {
    step: { kind: 'refuse', status: 500 },
    outcomes: ['server_error', 'server_error'],
  },
  'a connection that is reset twice': { step: { kind: 'reset' }, outcomes: ['reset', 'reset'] },
  silence: { step: { kind: 'silence' }, outcomes: ['silent'] },
  'a wrong key': { step: { kind: 'refuse', status: 401 }, outcomes: ['credential'] },
  'a model that is not there': { step: { kind: 'refuse', status: 404 }, outcomes: ['unavailable'] },
  'an HTML page with status 200': {
    step: { kind: 'body', contentType: 'text/html', body: '<html>Sign in</html>' },
    outcomes: ['bad_answer'],
  },
  'an empty answer': {
    step: { kind: 'body', contentType: 'application/json', body: '' },
    outcomes: ['bad_answer'],
  },
  'broken JSON': {
    step: { kind: 'body', contentType: 'application/json', body: '{"type":"message",' },
    outcomes: ['bad_answer'],
  },
  'a redirect': {
    step: { kind: 'redirect', location: 'http://127.0.0.1:9/steal' },
    outcomes: ['bad_answer'],
  },
}

const cases = Object.entries(HIDDEN).flatMap(([fault, expected]) =>
  [false, true].map((stream) => ({ fault, stream, ...expected })),
)

describe.each(LANES)('behind the $lane lane the spare hides', ({ lane, upstream }) => {
  test.each(cases)('$fault (stream: $stream)', async ({ stream, step, outcomes }) => {
    simulator.script(upstream, step, step, step)
    simulator.script(SPARE, { kind: 'text', text: 'From the spare.' })
    const response = await ask(`${lane}-then-spare`, stream)
    const body = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('x-proxy-provider')).toBe('spare')
    const said = stream ? textIn(eventsIn(body)) : JSON.parse(body).content[0].text
    expect(said).toBe('From the spare.')
    const row = await proxy.request(response.headers.get('request-id') ?? '')
    expect(row.attempts.map(({ outcome }) => outcome)).toEqual([...outcomes, 'ok'])
    expect(row).toMatchObject({ state: 'complete', served_model: SPARE, error: null })
  })
})

describe.each(LANES)('on the $lane lane', ({ lane, upstream }) => {
  test('one 500 is answered by a second try at the same target', async () => {
    simulator.script(upstream, { kind: 'refuse', status: 500 })
    const response = await ask(`${lane}-then-spare`, true)
    await response.text()
    expect(response.headers.get('x-proxy-model')).toBe(upstream)
    expect(response.headers.get('x-proxy-attempts')).toBe('2')
    const [target] = await targets()
    expect(target?.state).toBe('ready')
  })

  test('a target that said 429 is left alone until its time is over', async () => {
    simulator.script(upstream, { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } })
    await (await ask(`${lane}-then-spare`, false)).text()
    const second = await ask(`${lane}-then-spare`, false)
    expect(second.headers.get('x-proxy-provider')).toBe('spare')
    expect(second.headers.get('x-proxy-attempts')).toBe('1')
  })

  test('with nobody else to ask, a 429 reaches the client with the time to wait', async () => {
    simulator.script(upstream, { kind: 'refuse', status: 429, headers: { 'retry-after': '7' } })
    const response = await ask(lane, true)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error' },
      request_id: response.headers.get('request-id'),
    })
    const again = await ask(lane, true)
    expect(again.status).toBe(429)
    expect(again.headers.get('x-proxy-attempts')).toBe('0')
  })

  test('no retry-after is longer than a client would wait', async () => {
    simulator.script(upstream, { kind: 'refuse', status: 429, headers: { 'retry-after': '3000' } })
    expect((await ask(lane, false)).headers.get('retry-after')).toBe('60')
  })

  test('a target that is out because it failed is asked all the same when there is no other', async () => {
    simulator.script(upstream, { kind: 'refuse', status: 503 })
    expect((await ask(lane, false)).status).toBe(529)
    expect((await ask(lane, false)).status).toBe(200)
  })

  test('a request that is at fault is refused at once, in the words of the service', async () => {
    const message = 'messages: something about your request'
    simulator.script(upstream, { kind: 'refuse', status: 400, message })
    const response = await ask(`${lane}-then-spare`, true)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    })
    expect(simulator.calls.some(({ model }) => model === SPARE)).toBe(false)
  })

  test('an error inside a stream, before its content, is hidden', async () => {
    simulator.script(upstream, { kind: 'error', after: 0 }, { kind: 'error', after: 0 })
    const response = await ask(`${lane}-then-spare`, true)
    const events = eventsIn(await response.text())
    expect(response.headers.get('x-proxy-provider')).toBe('spare')
    expect(events.filter(({ event }) => event === 'message_start')).toHaveLength(1)
    expect(events.at(-1)?.event).toBe('message_stop')
  })

  test.each(['cut', 'cut inside an event', 'stall', 'error'] as const)(
    'a stream that breaks off (%s) ends in an error event',
    async (how) => {
      const gate = Promise.withResolvers<void>()
      const steps: Record<typeof how, Step> = {
        cut: { kind: 'cut', after: 3 },
        'cut inside an event': { kind: 'cut', after: 3, inside: true },
        stall: { kind: 'stall', after: 3 },
        error: { kind: 'error', after: 3, gate: gate.promise },
      }
      simulator.script(upstream, steps[how])
      const response = await ask(`${lane}-then-spare`, true)
      // The client has content now; from here on nothing can be hidden.
      gate.resolve()
      const events = eventsIn(await response.text())
      expect(response.status).toBe(200)
      expect(events.at(-1)?.event).toBe('error')
      expect(events.some(({ event }) => event === 'message_stop')).toBe(false)
      const row = await proxy.request(response.headers.get('request-id') ?? '')
      expect(row).toMatchObject({ state: 'partial', status: 200, error: expect.any(String) })
      // The client's own retry must land elsewhere.
      const next = await ask(`${lane}-then-spare`, true)
      expect(next.headers.get('x-proxy-provider')).toBe('spare')
      await next.text()
    },
  )
})

describe('a chain in trouble', () => {
  const yaml = ({ url }: Simulator) => `
providers:
  keyless: { type: openai, base_url: "${url}/v1", api_key: "\${MISSING_KEY}" }
  direct: { type: anthropic, base_url: "${url}", api_key: key-of-direct }
routing:
  retry_timeout_millis: 10
  models:
    - model: two
      provider_sequence:
        - { name: keyless, variants: [{ model: gpt-4o }] }
        - { name: direct, variants: [{ model: claude-opus-5-5 }, { model: claude-opus-4-8 }] }
    - { model: scarce, provider_sequence: [{ name: direct, variants: [{ model: ${SPARE}, rpm: 1 }] }] }
`
  beforeEach(async () => {
    await proxy.stop(0)
    proxy = await startTestProxy(yaml(simulator))
  })

  test('asks what is cooling down before it gives up, and blames no key for it', async () => {
    simulator.script(
      'claude-opus-5-5',
      { kind: 'refuse', status: 503 },
      { kind: 'refuse', status: 503 },
    )
    simulator.script('claude-opus-4-8', { kind: 'refuse', status: 503 })
    expect((await ask('two', false)).status).toBe(529)
    const second = await ask('two', false)
    expect(second.status).toBe(529)
    expect(second.headers.get('x-proxy-attempts')).toBe('1')
    const third = await ask('two', false)
    expect(third.status).toBe(200)
  })

  test('tells what really happened, not what its own counters say afterwards', async () => {
    simulator.script(SPARE, { kind: 'refuse', status: 503 })
    expect((await ask('scarce', false)).status).toBe(529)
    const [target] = (await targets()).filter(({ in_flight }) => in_flight > 0)
    expect(target).toBeUndefined()
    const limited = await ask('scarce', false)
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(1)
  })
})

test('a connection that is reset once costs nobody an answer', async () => {
  simulator.script('claude-opus-5-5', { kind: 'reset' })
  const response = await ask('anthropic', false)
  expect(response.status).toBe(200)
  expect(response.headers.get('x-proxy-attempts')).toBe('2')
})

test('a provider with a wrong key is not asked again until something changes', async () => {
  simulator.script('claude-opus-5-5', { kind: 'refuse', status: 401 })
  await (await ask('anthropic-then-spare', false)).text()
  await (await ask('anthropic-then-spare', false)).text()
  expect(simulator.calls.filter(({ model }) => model === 'claude-opus-5-5')).toHaveLength(1)
  const [target] = await targets()
  expect(target).toMatchObject({ provider: 'direct', state: 'misconfigured' })
})

test('a key that a service quotes back is seen nowhere', async () => {
  simulator.script('claude-opus-5-5', {
    kind: 'refuse',
    status: 401,
    message: 'invalid key: key-of-direct',
  })
  const response = await ask('anthropic', false)
  const shown = [
    await response.text(),
    proxy.lines.join(''),
    JSON.stringify(await proxy.requests()),
  ]
  for (const page of ['/debug', '/api/providers', '/', '/providers', '/requests']) {
    shown.push(await (await fetch(`${proxy.url}${page}`)).text())
  }
  expect(shown.join('\n')).toContain('invalid key: ***')
  expect(shown.join('\n')).not.toContain('key-of-direct')
})

interface Shown {
  provider: string
  state: string
  in_flight: number
}

async function targets(): Promise<Shown[]> {
  const response = await fetch(`${proxy.url}/api/providers`)
  return ((await response.json()) as { targets: Shown[] }).targets
}
