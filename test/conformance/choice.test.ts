import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy
/** The proxy's clock, which goes only as far as a test sets it forward. */
let time: number

beforeEach(() => {
  simulator = startSimulator()
  time = Date.now()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const FIRST = 'claude-opus-5-5'
const SECOND = 'claude-haiku-4-5'

/**
 * One route over an Anthropic target, another of that wire, and one of OpenAI's. A stream that
 * waits says so with a ping.
 */
const start = async (route = '', routing = '', variants: Record<string, string> = {}) => {
  const variant = (model: string) => `{ model: ${model}${variants[model] ?? ''} }`
  const yaml = `
server: { ping_after: 20ms }
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-compatible }
routing:
  ${routing}
  models:
    - model: default
      ${route}
      provider_sequence:
        - { name: direct, variants: [${variant(FIRST)}, ${variant(SECOND)}] }
        - { name: compatible, variants: [${variant('gpt-4o')}] }
`
  proxy = await startTestProxy(yaml, { now: () => time })
}

const send = (session?: string, agent?: string) =>
  post(
    proxy.url,
    {
      model: 'opus',
      stream: true,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    },
    {
      headers: {
        ...(session && { 'x-claude-code-session-id': session }),
        ...(agent && { 'x-claude-code-agent-id': agent }),
      },
    },
  )

const ask = async (session?: string, agent?: string) => {
  const response = await send(session, agent)
  await response.text()
  const row = await proxy.request(response.headers.get('request-id') ?? '')
  return {
    status: response.status,
    // A stream that a ping has opened names no model in its headers.
    model: response.ok ? row.served_model : null,
    why: row.attempts.at(-1)?.reason,
  }
}

const busyFor = (seconds: string): Step => ({
  kind: 'refuse',
  status: 429,
  headers: { 'retry-after': seconds },
})

const cached = (tokens: number): Step => ({
  kind: 'text',
  usage: { cache_creation_input_tokens: tokens },
})

describe('a conversation', () => {
  test('stays where its prompt cache is, when the first target is back', async () => {
    await start()
    simulator.script(FIRST, busyFor('1'))
    simulator.script(SECOND, cached(50_000))
    expect(await ask('anna')).toMatchObject({ model: SECOND })
    time += 1000
    const next = await ask('anna')
    expect(next.model).toBe(SECOND)
    expect(next.why).toBe('holds 50,000 tokens of the conversation in its cache')
    expect(await ask('bert')).toMatchObject({ model: FIRST, why: 'first in order' })
    expect(await ask('anna', 'a-subagent')).toMatchObject({ model: FIRST })
  })

  test('goes back to where more of it is in the cache', async () => {
    await start()
    simulator.script(FIRST, cached(80_000), busyFor('1'))
    simulator.script(SECOND, cached(50_000))
    await ask('anna')
    expect(await ask('anna')).toMatchObject({ model: SECOND })
    time += 1000
    expect(await ask('anna')).toMatchObject({ model: FIRST })
  })

  test('waits a little for the cache rather than pay for all of it again', async () => {
    await start()
    simulator.script(FIRST, cached(80_000), busyFor('0.1'))
    await ask('anna')
    expect(await ask('bert')).toMatchObject({ model: SECOND })
    const waiting = await send('anna')
    time += 100
    expect(await waiting.text()).toStartWith('event: ping')
    const { attempts } = await proxy.request(waiting.headers.get('request-id') ?? '')
    expect(attempts).toMatchObject([
      {
        model: FIRST,
        reason: 'holds 80,000 tokens of the conversation in its cache',
        wait_ms: 100,
      },
    ])
  })

  test('goes by the order alone where the config says so', async () => {
    await start('', 'affinity: false')
    simulator.script(FIRST, busyFor('1'))
    simulator.script(SECOND, cached(50_000))
    await ask('anna')
    time += 1000
    expect(await ask('anna')).toMatchObject({ model: FIRST, why: 'first in order' })
  })
})

test('round robin gives each its share, by weight', async () => {
  await start('strategy: round_robin', '', { [FIRST]: ', weight: 2' })
  const asked: (string | null)[] = []
  for (let i = 0; i < 8; i++) asked.push((await ask()).model)
  const times = (model: string) => asked.filter((one) => one === model).length
  expect([times(FIRST), times(SECOND), times('gpt-4o')]).toEqual([4, 2, 2])
})

test('the least busy is asked first', async () => {
  await start('strategy: least_busy')
  const gate = Promise.withResolvers<void>()
  simulator.script(FIRST, { kind: 'text', gate: gate.promise })
  const called = simulator.nextCall()
  const first = ask()
  await called
  expect(await ask()).toMatchObject({ model: SECOND, why: 'the least busy' })
  gate.resolve()
  expect(await first).toMatchObject({ model: FIRST })
})

test('the fastest is asked first, once each was asked', async () => {
  await start('strategy: latency', '', { [FIRST]: ', max_concurrent: 1' })
  const gate = Promise.withResolvers<void>()
  simulator.script(FIRST, { kind: 'text', contentAfter: gate.promise })
  const called = simulator.nextCall()
  const first = ask()
  await called
  expect([(await ask()).model, (await ask()).model]).toEqual([SECOND, 'gpt-4o'])
  gate.resolve()
  // It took longer than the two others together.
  expect(await first).toMatchObject({ model: FIRST })
  const { model, why } = await ask()
  expect([SECOND, 'gpt-4o']).toContain(model ?? '')
  expect(why).toBe('the fastest lately')
})

describe('a prompt that is too long', () => {
  const tooLong: Step = {
    kind: 'refuse',
    status: 400,
    message: 'prompt is too long: 201000 tokens > 200000 maximum',
    type: 'invalid_request_error',
  }

  test('goes to the next target with a larger window, and to no other', async () => {
    await start('', '', {
      [FIRST]: ', context_window: 200000',
      [SECOND]: ', context_window: 200000',
      'gpt-4o': ', context_window: 400000',
    })
    simulator.script(FIRST, tooLong)
    expect(await ask()).toMatchObject({ model: 'gpt-4o', why: 'has a larger context window' })
    expect(simulator.calls.map(({ model }) => model)).toEqual([FIRST, 'gpt-4o'])
  })

  test('is refused as it is where no window is larger', async () => {
    await start('', '', {
      [SECOND]: ', context_window: 200000',
      'gpt-4o': ', context_window: 128000',
    })
    simulator.script(FIRST, tooLong)
    expect(await ask()).toMatchObject({ status: 400 })
    expect(simulator.calls).toHaveLength(1)
  })

  test('is what the client hears when the larger one does not answer', async () => {
    await start('', '', { 'gpt-4o': ', context_window: 400000' })
    simulator.script(FIRST, tooLong)
    simulator.script('gpt-4o', { kind: 'refuse', status: 503 })
    expect(await ask()).toMatchObject({ status: 400 })
  })
})

test('with routing off the one provider is asked, and what it says is passed on', async () => {
  await start('', 'enable: false')
  simulator.script('opus', { kind: 'refuse', status: 503 }, { kind: 'refuse', status: 503 })
  expect(await ask()).toMatchObject({ status: 529 })
  // It rests now, but there is nobody else.
  expect(await ask()).toMatchObject({ status: 529 })
})
