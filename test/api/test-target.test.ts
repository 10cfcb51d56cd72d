import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { TestResult } from '../../src/routing/greeting.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { LANES, patientYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const MODEL = 'claude-opus-5-5'
const ID = `direct/${MODEL}`

let simulator: Simulator
let proxy: TestProxy

beforeEach(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(patientYaml(simulator))
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const press = (id: string) =>
  fetch(`${proxy.url}/api/providers/${encodeURIComponent(id)}/test`, { method: 'POST' })
const resultOf = async (id = ID) => (await (await press(id)).json()) as TestResult

async function stateOf(id = ID): Promise<TargetState> {
  const { targets } = (await (await fetch(`${proxy.url}/api/providers`)).json()) as {
    targets: TargetState[]
  }
  const state = targets.find((target) => target.id === id)
  if (!state) throw new Error(`no target ${id}`)
  return state
}

const ask = () =>
  post(proxy.url, {
    model: 'anthropic',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'Hi' }],
  })

const LANE_IDS: Record<(typeof LANES)[number]['lane'], string> = {
  anthropic: ID,
  bedrock: 'bedrock/us.anthropic.claude-opus-5-5@us-west-2',
  converse: 'bedrock/us.amazon.nova-pro-v1:0@us-west-2',
  openai: 'compatible/gpt-4o',
  responses: 'openai/gpt-5.6-sol',
}

describe.each(LANES)('on the $lane lane', ({ lane, upstream }) => {
  test('a test is one tiny request, and shows the words and the time of the answer', async () => {
    simulator.script(upstream, { kind: 'text', text: 'Hello there' })
    const result = await resultOf(LANE_IDS[lane])
    expect(result).toMatchObject({
      outcome: 'ok',
      model: upstream,
      text: 'Hello there',
      error: null,
      advice: null,
    })
    expect(result.first_event_ms).toBeGreaterThanOrEqual(0)
    expect(result.duration_ms).toBeGreaterThanOrEqual(result.first_event_ms ?? Infinity)
    expect(simulator.calls).toHaveLength(1)
    expect(simulator.calls[0]?.text).toContain('Hi')
    expect((await stateOf(LANE_IDS[lane])).test.last).toEqual(result)
  })
})

const refused = (status: number, headers = {}): Step => ({ kind: 'refuse', status, headers })

describe('a test that fails', () => {
  test.each([
    [refused(401), 'credential', 'Put a valid credential under providers.direct'],
    [refused(429, { 'retry-after': '60' }), 'rate_limited', 'Wait, or let the route go on'],
    [refused(529), 'overloaded', 'Wait: the service is overloaded'],
    [refused(404), 'unavailable', `See whether ${MODEL} is spelled`],
    [{ kind: 'silence' }, 'silent', 'Test again; if it stays so, pause it'],
    [{ kind: 'reset' }, 'reset', 'Test again; if it stays so, see whether'],
    [
      { kind: 'cut', after: 1 },
      'bad_answer',
      'Test again; if it stays so, see whether providers.direct',
    ],
  ] satisfies [Step, string, string][])(
    'with %j says so, and what to do, and leaves no trace in the routing',
    async (step, outcome, advice) => {
      simulator.script(MODEL, step)
      const result = await resultOf()
      expect(result).toMatchObject({ outcome, text: null, advice: expect.stringContaining(advice) })
      expect(result.error).toBeTruthy()
      expect(await stateOf()).toMatchObject({
        state: 'ready',
        in_flight: 0,
        requests_last_minute: 0,
        learned_rpm: null,
        test: { last: result, running_since: null },
      })
      expect((await ask()).status).toBe(200)
    },
  )

  test('because nobody listens there is no answer to wait for', async () => {
    await simulator.stop()
    const result = await resultOf()
    expect(result).toMatchObject({ outcome: 'unreachable', first_event_ms: null })
    expect(result.advice).toContain('providers.direct has the right address')
    simulator = startSimulator()
  })

  test('shows no key of ours', async () => {
    simulator.script(MODEL, { kind: 'refuse', status: 401, message: 'bad key: key-of-direct' })
    expect(JSON.stringify(await resultOf())).not.toContain('key-of-direct')
  })
})

describe('a test that succeeds', () => {
  test.each([
    [refused(401), 'misconfigured'],
    [refused(404), 'unavailable'],
    [refused(429, { 'retry-after': '60' }), 'cooling'],
  ] satisfies [Step, TargetState['state']][])('after %j ends it', async (step, state) => {
    simulator.script(MODEL, step)
    await ask()
    expect((await stateOf()).state).toBe(state)
    expect((await resultOf()).outcome).toBe('ok')
    expect((await stateOf()).state).toBe('ready')
    expect((await ask()).status).toBe(200)
  })

  test('counts for the limits, since it was a request like any other', async () => {
    await resultOf()
    expect((await stateOf()).requests_last_minute).toBe(1)
  })

  test('does not resume what a person has paused', async () => {
    await fetch(`${proxy.url}/api/providers/direct/pause`, { method: 'POST' })
    expect((await resultOf()).outcome).toBe('ok')
    expect((await stateOf()).state).toBe('paused')
  })
})

test('nothing of a test goes into the history', async () => {
  await resultOf()
  simulator.script(MODEL, refused(429))
  await resultOf()
  expect(await proxy.requests()).toEqual([])
})

test('a target that takes the credential of each client cannot be tested', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(
    `providers: { direct: { type: anthropic, base_url: "${simulator.url}", auth: passthrough } }`,
  )
  const response = await press('direct/')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: {
      type: 'invalid_request_error',
      message: expect.stringContaining('cannot be tested: it is asked with the credential of each'),
    },
  })
  expect((await stateOf('direct/')).test.obstacle).toContain('auth: passthrough')
})

test('a target without a model is tested with the one that was asked for last', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(
    `providers: { direct: { type: anthropic, base_url: "${simulator.url}", api_key: key } }`,
  )
  expect((await press('direct/')).status).toBe(400)
  const body = { model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }
  await post(proxy.url, body)
  expect(await resultOf('direct/')).toMatchObject({ outcome: 'ok', model: MODEL })
})

test.each(['direct', 'nobody/at-all'])('%s is no target', async (id) => {
  const response = await press(id)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    error: { type: 'not_found_error', message: `There is no target "${id}"` },
  })
})
