import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeEach(() => {
  simulator = startSimulator()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const FIRST = 'claude-opus-5-5'
const SECOND = 'claude-haiku-4-5'

/** One route over an Anthropic target, another of that wire, and one of OpenAI's. */
const start = async (route = '', routing = '', variants: Record<string, string> = {}) => {
  const variant = (model: string) => `{ model: ${model}${variants[model] ?? ''} }`
  proxy = await startTestProxy(`
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-compatible }
routing:
  max_wait: 0
  ${routing}
  models:
    - model: default
      ${route}
      provider_sequence:
        - { name: direct, variants: [${variant(FIRST)}, ${variant(SECOND)}] }
        - { name: compatible, variants: [${variant('gpt-4o')}] }
`)
}

const ask = async (session?: string, agent?: string) => {
  const response = await post(
    proxy.url,
    { model: 'opus', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] },
    {
      headers: {
        ...(session && { 'x-claude-code-session-id': session }),
        ...(agent && { 'x-claude-code-agent-id': agent }),
      },
    },
  )
  await response.text()
  const { attempts } = await proxy.request(response.headers.get('request-id') ?? '')
  return {
    status: response.status,
    model: response.headers.get('x-proxy-model'),
    why: attempts.at(-1)?.reason,
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

/** Until the target rests no longer. */
const rested = (ms: number) => Bun.sleep(ms)

describe('a conversation', () => {
  test('stays where its prompt cache is, when the first target is back', async () => {
    await start()
    simulator.script(FIRST, busyFor('0.05'))
    simulator.script(SECOND, cached(50_000))
    expect(await ask('anna')).toMatchObject({ model: SECOND })
    await rested(60)
    const next = await ask('anna')
    expect(next.model).toBe(SECOND)
    expect(next.why).toBe('holds 50,000 tokens of the conversation in its cache')
    expect(await ask('bert')).toMatchObject({ model: FIRST, why: 'first in order' })
    expect(await ask('anna', 'a-subagent')).toMatchObject({ model: FIRST })
  })

  test('goes back to where more of it is in the cache', async () => {
    await start()
    simulator.script(FIRST, cached(80_000), busyFor('0.05'))
    simulator.script(SECOND, cached(50_000))
    await ask('anna')
    // Waiting half a second for 80,000 tokens would be worth it, but nobody may wait here.
    expect(await ask('anna')).toMatchObject({ model: SECOND })
    await rested(60)
    expect(await ask('anna')).toMatchObject({ model: FIRST })
  })

  test('waits a little for the cache rather than pay for all of it again', async () => {
    await start('', 'retry_timeout_millis: 1')
    await proxy.stop(0)
    proxy = await startTestProxy(`
providers: { direct: { type: anthropic, base_url: "${simulator.url}", api_key: key } }
routing:
  models:
    - { model: default, provider_sequence: [{ name: direct, variants: [{ model: ${FIRST} }, { model: ${SECOND} }] }] }
`)
    simulator.script(FIRST, cached(80_000), busyFor('0.4'))
    simulator.script(SECOND, { kind: 'text' })
    await ask('anna')
    expect(await ask('bert')).toMatchObject({ model: SECOND })
    expect(await ask('anna')).toMatchObject({
      model: FIRST,
      why: 'holds 80,000 tokens of the conversation in its cache',
    })
  })

  test('goes by the order alone where the config says so', async () => {
    await start('', 'affinity: false')
    simulator.script(FIRST, busyFor('0.05'))
    simulator.script(SECOND, cached(50_000))
    await ask('anna')
    await rested(60)
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
  await start('strategy: latency')
  const gate = Promise.withResolvers<void>()
  simulator.script(FIRST, { kind: 'text', gate: gate.promise })
  const called = simulator.nextCall()
  const first = ask()
  await called
  await rested(100)
  gate.resolve()
  await first
  const asked = [(await ask()).model, (await ask()).model, (await ask()).model]
  expect(asked.slice(0, 2).toSorted()).toEqual([SECOND, 'gpt-4o'].toSorted())
  expect(asked[2]).not.toBe(FIRST)
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
