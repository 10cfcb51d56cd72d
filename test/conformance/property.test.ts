import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, textIn } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

/** One model of each wire stands for a target; a chain is any row of them. */
const TARGETS = {
  'claude-opus-5-5': 'direct',
  'claude-haiku-4-5': 'direct',
  'us.anthropic.claude-opus-5-5': 'bedrock',
  'gpt-4o': 'compatible',
} as const
type Model = keyof typeof TARGETS

interface Story {
  chain: Model[]
  /** What goes wrong first, by the place in the chain. */
  faults: Step[][]
  /** Whether each request asks for a stream. */
  requests: boolean[]
  maxWait: string
  onStreamFailure: string
}

const yamlFor = ({ chain, maxWait, onStreamFailure }: Story, simulator: Simulator) => `
server: { first_event_timeout: 100ms, idle_timeout: 100ms }
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  bedrock: { region: us-west-2, endpoint: "${simulator.url}", api_key: key-of-bedrock }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-compatible }
routing:
  retry_timeout_millis: 1
  max_wait: ${maxWait}
  on_stream_failure: ${onStreamFailure}
  models:
    - model: default
      provider_sequence: [${chain.map((model) => `{ name: ${TARGETS[model]}, variants: [{ model: "${model}" }] }`).join(', ')}]
`

const refusal = fc.constantFrom(400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529)
const fault: fc.Arbitrary<Step> = fc.oneof(
  refusal.map((status): Step => ({ kind: 'refuse', status })),
  fc
    .constantFrom('0', '-5', 'soon', '0.2', 'Fri, 31 Dec 2099 23:59:59 GMT')
    .map((after): Step => ({ kind: 'refuse', status: 429, headers: { 'retry-after': after } })),
  fc.constantFrom<Step>(
    { kind: 'silence' },
    { kind: 'reset' },
    { kind: 'stall', after: 0 },
    { kind: 'error', after: 0 },
    { kind: 'cut', after: 0 },
    { kind: 'cut', after: 2 },
    { kind: 'error', after: 2 },
    { kind: 'redirect', location: 'http://127.0.0.1:9/' },
    { kind: 'body', contentType: 'text/html', body: '<html>' },
    { kind: 'body', contentType: 'application/json', body: '' },
    { kind: 'body', contentType: 'application/json', body: '{"error":{"message":"no"}}' },
    { kind: 'body', contentType: 'text/event-stream', body: '' },
  ),
)

const story: fc.Arbitrary<Story> = fc.record({
  chain: fc.uniqueArray(fc.constantFrom(...(Object.keys(TARGETS) as Model[])), { minLength: 1 }),
  faults: fc.array(fc.array(fault, { maxLength: 3 }), { minLength: 4, maxLength: 4 }),
  requests: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  maxWait: fc.constantFrom('0', '300ms'),
  onStreamFailure: fc.constantFrom('error', 'continue'),
})

/** A continuation that looks for an heir a second time, since the first one takes no prefill. */
const PREFILL_REFUSED: Story = {
  chain: ['claude-opus-5-5', 'us.anthropic.claude-opus-5-5', 'claude-haiku-4-5'],
  faults: [
    [{ kind: 'cut', after: 2 }],
    [
      { kind: 'refuse', status: 500 },
      { kind: 'refuse', status: 500 },
    ],
    [
      { kind: 'refuse', status: 400 },
      { kind: 'refuse', status: 503 },
    ],
  ],
  requests: [true],
  maxWait: '0',
  onStreamFailure: 'continue',
}

/** Whoever answers says this once, so that two answers in one would show. */
const SIGNATURE = 'is what I have to say about it'

test('whatever a chain does: two tries a target, one row, one answer, nothing before content', async () => {
  await fc.assert(fc.asyncProperty(story, live), { numRuns: 60, examples: [[PREFILL_REFUSED]] })
}, 60_000)

async function live(story: Story) {
  const simulator = startSimulator({
    mood: ({ model }) => ({ kind: 'text', text: `This, from ${model}, ${SIGNATURE}.` }),
  })
  for (const [place, model] of story.chain.entries()) {
    simulator.script(model, ...(story.faults[place] ?? []))
  }
  const proxy = await startTestProxy(yamlFor(story, simulator))
  try {
    for (const stream of story.requests) await expectSound(stream, story, simulator, proxy)
  } finally {
    await proxy.stop(0)
    await simulator.stop()
  }
}

async function expectSound(
  stream: boolean,
  { chain }: Story,
  simulator: Simulator,
  proxy: TestProxy,
) {
  const before = simulator.calls.length
  const response = await post(proxy.url, {
    model: 'claude-opus-5-5',
    stream,
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Hello' }],
  })
  const body = await response.text()
  const asked = simulator.calls.slice(before).map(({ model }) => model)
  for (const model of chain) {
    expect(asked.filter((one) => one === model).length).toBeLessThanOrEqual(2)
  }
  const id = response.headers.get('request-id') ?? ''
  const rows = (await proxy.requests()).filter((row) => row.id === id)
  expect(rows).toHaveLength(1)
  const { attempts, state } = await proxy.request(id)
  expect(attempts).toHaveLength(asked.length)
  if (response.status !== 200) {
    expect(JSON.parse(body)).toMatchObject({ type: 'error', request_id: id })
    expect(state).toBe('failed')
    return
  }
  if (stream) expectOneStream(body, state)
  const said = stream ? textIn(eventsIn(body)) : JSON.parse(body).content[0].text
  expect(said.split(SIGNATURE)).toHaveLength(state === 'complete' ? 2 : 1)
}

function expectOneStream(body: string, state: string) {
  const events = eventsIn(body).map(({ event }) => event)
  expect(events[0]).toBe('message_start')
  expect(events.filter((event) => event === 'message_start')).toHaveLength(1)
  expect(events.at(-1)).toBe(state === 'complete' ? 'message_stop' : 'error')
  expect(events.filter((event) => event === 'message_stop' || event === 'error')).toHaveLength(1)
}
