import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type Anthropic from '@anthropic-ai/sdk'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, sdkFor, textIn } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

/** Who breaks off, and who may carry on. */
const FIRST = {
  anthropic: '{ name: direct, variants: [{ model: claude-opus-5-5 }] }',
  bedrock: '{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }',
  converse: '{ name: bedrock, variants: [{ model: "us.amazon.nova-pro-v1:0" }] }',
  openai: '{ name: compatible, variants: [{ model: gpt-4o }] }',
  responses: '{ name: openai, variants: [{ model: gpt-5.6-sol }] }',
}
const SECOND = {
  prefill: '{ name: direct, variants: [{ model: claude-haiku-4-5 }] }',
  anthropic: '{ name: direct, variants: [{ model: claude-opus-4-8 }] }',
  bedrock: '{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-4-8 }] }',
  converse: '{ name: bedrock, variants: [{ model: "us.meta.llama4-scout-17b-instruct-v1:0" }] }',
  openai: '{ name: compatible, variants: [{ model: gpt-4o-mini }] }',
  responses: '{ name: openai, variants: [{ model: gpt-5.6-terra }] }',
}
const MODEL = {
  first: {
    anthropic: 'claude-opus-5-5',
    bedrock: 'us.anthropic.claude-opus-5-5',
    converse: 'us.amazon.nova-pro-v1:0',
    openai: 'gpt-4o',
    responses: 'gpt-5.6-sol',
  },
  second: {
    prefill: 'claude-haiku-4-5',
    anthropic: 'claude-opus-4-8',
    bedrock: 'us.anthropic.claude-opus-4-8',
    converse: 'us.meta.llama4-scout-17b-instruct-v1:0',
    openai: 'gpt-4o-mini',
    responses: 'gpt-5.6-terra',
  },
}
type First = keyof typeof FIRST
type Second = keyof typeof SECOND
const FIRSTS = Object.keys(FIRST) as First[]
const SECONDS = Object.keys(SECOND) as Second[]
const PAIRS = FIRSTS.flatMap((first) => SECONDS.map((second) => ({ first, second })))

function yaml({ url }: Simulator, mode = 'continue', server = ''): string {
  const routes = PAIRS.map(
    ({ first, second }) =>
      `    - { model: ${first}-then-${second}, provider_sequence: [${FIRST[first]}, ${SECOND[second]}] }`,
  )
  const all = [FIRST.anthropic, ...SECONDS.map((second) => SECOND[second])].join(', ')
  return `
server: { first_event_timeout: 300ms, idle_timeout: 300ms${server} }
providers:
  direct: { type: anthropic, base_url: "${url}", api_key: key-of-direct }
  bedrock: { region: us-west-2, endpoint: "${url}", api_key: key-of-bedrock }
  compatible: { type: openai, base_url: "${url}/v1", api_key: key-of-compatible }
  openai: { base_url: "${url}/v1", api_key: key-of-openai }
routing:
  retry_timeout_millis: 10
  on_stream_failure: ${mode}
  models:
    - { model: alone, provider_sequence: [${FIRST.anthropic}] }
    - { model: five, provider_sequence: [${all}] }
${routes.join('\n')}
`
}

let simulator: Simulator
let proxy: TestProxy

beforeEach(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(yaml(simulator))
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const request = {
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content: 'Why does the reload have no effect?' }],
}

/** A stream as the official SDK hears it. */
function listen(model: string, more: object = {}) {
  return sdkFor(proxy.url).messages.stream({ ...request, ...more, model })
}

/** The whole message as the SDK puts it together; throws what the stream failed with. */
function ask(model: string, more: object = {}): Promise<Anthropic.Message> {
  return listen(model, more).finalMessage()
}

/** What the simulator says where it is told only how much. */
const WORDS = (
  'I looked at the code and found the cause: the timeout is read once at start and never again, ' +
  'so a reload has'
).match(/\s*\S+/g) as string[]
const TEXT = WORDS.join('')

const sse = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const START = sse('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 50, output_tokens: 1, cache_read_input_tokens: 7 },
  },
})
const open = (index: number, content_block: object) =>
  sse('content_block_start', { index, content_block })
const delta = (index: number, delta: object) => sse('content_block_delta', { index, delta })
const text = (words: string, index = 0) => delta(index, { type: 'text_delta', text: words })
const stop = (index: number) => sse('content_block_stop', { index })
const TEXT_BLOCK = { type: 'text', text: '' }

/** A stream of exactly these events, which then ends. */
const stream = (...events: string[]): Step => ({
  kind: 'body',
  contentType: 'text/event-stream',
  body: events.join(''),
})

const rowOf = async () => {
  const [row] = await proxy.requests()
  return proxy.request(row?.id ?? '')
}
const lastTurnOf = (model: string) => {
  const call = simulator.calls.findLast((each) => each.model === model)
  const { messages, input = [] } = (call?.body ?? {}) as Record<string, { role: string }[]>
  return (messages ?? input).at(-1)
}

describe.each(PAIRS)('behind $first, $second', ({ first, second }) => {
  const broken = MODEL.first[first]
  const heir = MODEL.second[second]
  const model = `${first}-then-${second}`

  test.each([1, 7, 19])('tells what is missing after %d pieces', async (after) => {
    simulator.script(broken, { kind: 'cut', after })
    simulator.script(heir, { kind: 'text', text: WORDS.slice(after).join('') })
    const message = await ask(model)
    expect(message.content).toMatchObject([{ type: 'text', text: TEXT }])
    expect(message.stop_reason).toBe('end_turn')
    const { attempts, ...row } = await rowOf()
    expect(row).toMatchObject({ state: 'complete', status: 200, error: null, served_model: heir })
    expect(attempts).toMatchObject([
      { outcome: 'bad_answer', error: expect.any(String), first_event_ms: expect.any(Number) },
      { outcome: 'ok', error: null, reason: expect.stringMatching(/^continues /) },
    ])
    // What the client counts is what the history counts.
    expect(row.input_tokens).toBe(message.usage.input_tokens)
    expect(row.output_tokens).toBe(message.usage.output_tokens)
    expect(row.output_tokens).toBeGreaterThanOrEqual(TEXT.length / 4)
  })

  test.each(['stall', 'error', 'cut inside an event'] as const)(
    'tells what is missing after a stream that breaks off otherwise: %s',
    async (how) => {
      const begun = WORDS.slice(0, 5).join('')
      const heard = Promise.withResolvers<void>()
      const steps: Record<typeof how, Step> = {
        stall: { kind: 'stall', after: 5 },
        error: { kind: 'error', after: 5, gate: heard.promise },
        'cut inside an event': { kind: 'cut', after: 5, inside: true },
      }
      simulator.script(broken, steps[how])
      simulator.script(heir, { kind: 'text', text: WORDS.slice(5).join('') })
      const answer = listen(model).on('text', (_, said) => {
        if (said === begun) heard.resolve()
      })
      const { content } = await answer.finalMessage()
      expect(content).toMatchObject([{ type: 'text', text: TEXT }])
    },
  )

  test('is asked in the form it takes, for no more than was left', async () => {
    simulator.script(broken, { kind: 'cut', after: 10 })
    simulator.script(heir, { kind: 'text', text: WORDS.slice(10).join('') })
    await ask(model)
    expect(lastTurnOf(heir)?.role).toBe(second === 'prefill' ? 'assistant' : 'user')
    const body = simulator.calls.findLast((call) => call.model === heir)?.body
    const asked = body as {
      max_tokens?: number
      max_completion_tokens?: number
      max_output_tokens?: number
      inferenceConfig?: { maxTokens: number }
    }
    const left = 1000 - Math.ceil(WORDS.slice(0, 10).join('').length / 4)
    const limit =
      asked.max_tokens ??
      asked.max_completion_tokens ??
      asked.max_output_tokens ??
      asked.inferenceConfig?.maxTokens
    expect(limit).toBe(left)
  })
})

test('a stream cut at any place is told whole, exactly once', async () => {
  for (const first of FIRSTS) {
    for (let after = 1; after < 20; after++) {
      await proxy.stop(0)
      proxy = await startTestProxy(yaml(simulator))
      simulator.script(MODEL.first[first], { kind: 'cut', after })
      simulator.script('claude-opus-4-8', { kind: 'text', text: WORDS.slice(after).join('') })
      const { content } = await ask(`${first}-then-anthropic`)
      expect(content).toMatchObject([{ type: 'text', text: TEXT }])
    }
  }
}, 30_000)

describe('the rest of an answer', () => {
  const model = 'anthropic-then-anthropic'
  const heir = MODEL.second.anthropic
  const begun = [START, open(0, TEXT_BLOCK)]

  test('does not say the last words again', async () => {
    simulator.script('claude-opus-5-5', stream(...begun, text('The timeout is read once ')))
    simulator.script(heir, { kind: 'text', text: 'The timeout is read once at start.' })
    const { content } = await ask(model)
    expect(content).toMatchObject([{ text: 'The timeout is read once at start.' }])
  })

  test.each(['prefill', 'anthropic'] as const)(
    'does not double the white space that was trimmed (%s)',
    async (second) => {
      simulator.script('claude-opus-5-5', stream(...begun, text('First:\n\n')))
      simulator.script(MODEL.second[second], { kind: 'text', text: '\n\n- one' })
      expect((await ask(`anthropic-then-${second}`)).content).toMatchObject([
        { text: 'First:\n\n- one' },
      ])
    },
  )

  test('may call tools, in blocks that count on', async () => {
    const tools = [{ name: 'Read', input_schema: { type: 'object' as const } }]
    const thought = { type: 'thinking', thinking: '', signature: '' }
    simulator.script(
      'claude-opus-5-5',
      stream(
        ...[START, open(0, thought), delta(0, { type: 'signature_delta', signature: 'EqQB' })],
        ...[stop(0), open(1, TEXT_BLOCK), text('Let me', 1)],
      ),
    )
    const calls = [
      { name: 'Read', input: { path: 'a.ts' } },
      { name: 'Read', input: { path: 'b.ts' } },
    ]
    simulator.script(heir, { kind: 'tool', text: ' look.', calls })
    const message = await ask(model, { tools })
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'thinking', signature: 'EqQB' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', input: { path: 'a.ts' } },
      { type: 'tool_use', input: { path: 'b.ts' } },
    ])
  })

  test('may be nothing but a tool call', async () => {
    const tools = [{ name: 'Read', input_schema: { type: 'object' as const } }]
    simulator.script('claude-opus-5-5', stream(...begun, text('Let me look.')))
    simulator.script(heir, { kind: 'tool', calls: [{ name: 'Read', input: { path: 'a.ts' } }] })
    expect((await ask(model, { tools })).content).toMatchObject([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', input: { path: 'a.ts' } },
    ])
  })

  test('comes without its thinking, which is asked to be off', async () => {
    simulator.script('claude-opus-5-5', stream(...begun, text('Because')))
    simulator.script(heir, { kind: 'text', thinking: 'Where was I?', text: ' of that.' })
    const settings = { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }
    const { content } = await ask(model, settings)
    expect(content).toMatchObject([{ type: 'text', text: 'Because of that.' }])
    expect(simulator.calls.at(-1)?.body).toMatchObject({
      thinking: { type: 'disabled' },
      output_config: { effort: 'high' },
    })
  })

  test('begins from nothing when nothing was said', async () => {
    simulator.script('claude-opus-5-5', stream(...begun))
    simulator.script(heir, { kind: 'text', text: 'All of it.' })
    expect((await ask(model)).content).toMatchObject([{ text: 'All of it.' }])
    expect(lastTurnOf(heir)).toMatchObject(request.messages[0] ?? {})
  })

  test('follows a block that was complete in a block of its own', async () => {
    simulator.script('claude-opus-5-5', stream(...begun, text('One.'), stop(0)))
    simulator.script(heir, { kind: 'text', text: ' Two.' })
    expect((await ask(model)).content).toMatchObject([{ text: 'One.' }, { text: ' Two.' }])
  })

  test('is the end of the message when there is no more to say', async () => {
    simulator.script('claude-opus-5-5', stream(...begun, text('That is all.'), stop(0)))
    simulator.script(heir, { kind: 'text', text: 'That is all.' })
    const message = await ask(model)
    expect(message.content).toMatchObject([{ text: 'That is all.' }])
    expect(message.stop_reason).toBe('end_turn')
  })

  test('adds up with what the broken stream said it had taken', async () => {
    simulator.script('claude-opus-5-5', stream(...begun, text('Half of it,')))
    const usage = { input_tokens: 60, output_tokens: 9, cache_creation_input_tokens: 3 }
    simulator.script(heir, { kind: 'text', text: ' and half.', usage })
    expect((await ask(model)).usage).toMatchObject({
      input_tokens: 110,
      output_tokens: 9 + 3,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 3,
    })
    expect(await rowOf()).toMatchObject({ input_tokens: 110, output_tokens: 12 })
  })
})

describe('a target that refuses the prefill', () => {
  test('is asked again with a turn to go on, and the client hears nothing of it', async () => {
    const message = 'This model does not support assistant message prefill.'
    simulator.script('claude-opus-5-5', { kind: 'cut', after: 6 })
    simulator.script(
      MODEL.second.prefill,
      { kind: 'refuse', status: 400, message },
      { kind: 'text', text: WORDS.slice(6).join('') },
    )
    const { content } = await ask('anthropic-then-prefill')
    expect(content).toMatchObject([{ text: TEXT }])
    expect(lastTurnOf(MODEL.second.prefill)?.role).toBe('user')
    const { attempts } = await rowOf()
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['bad_answer', 'rejected', 'ok'])
  })

  test('ends as the broken answer would have, when it refuses that as well', async () => {
    const refusal: Step = { kind: 'refuse', status: 400, message: 'No.' }
    simulator.script('claude-opus-5-5', { kind: 'cut', after: 6 })
    simulator.script(MODEL.second.prefill, refusal, refusal)
    await expect(ask('anthropic-then-prefill')).rejects.toThrow(/ConnectionClosed|broke off|reset/i)
    expect(await rowOf()).toMatchObject({ state: 'partial', served_model: 'claude-opus-5-5' })
  })
})

describe('an answer is carried on', () => {
  const heirs = SECONDS.map((second) => MODEL.second[second])

  test('by one after the other, three times at most', async () => {
    simulator.script('claude-opus-5-5', stream(START, open(0, TEXT_BLOCK), text('one')))
    simulator.script(heirs[0] ?? '', stream(START, open(0, TEXT_BLOCK), text(' two')))
    simulator.script(heirs[1] ?? '', stream(START, open(0, TEXT_BLOCK), text(' three')))
    simulator.script(heirs[2] ?? '', { kind: 'cut', after: 2 })
    const response = await post(proxy.url, { ...request, model: 'five', stream: true })
    const events = eventsIn(await response.text())
    expect(textIn(events)).toBe('one two threeI looked')
    expect(events.filter(({ event }) => event === 'message_start')).toHaveLength(1)
    expect(events.at(-1)?.event).toBe('error')
    const row = await rowOf()
    expect(row).toMatchObject({ state: 'partial', attempt_count: 4 })
    expect(row.attempts.every(({ outcome }) => outcome === 'bad_answer')).toBe(true)
  })

  test('by the second heir where the first breaks off too', async () => {
    simulator.script('claude-opus-5-5', { kind: 'cut', after: 4 })
    simulator.script(heirs[0] ?? '', { kind: 'refuse', status: 503 })
    simulator.script(heirs[1] ?? '', stream(START, open(0, TEXT_BLOCK), text(WORDS[4] ?? '')))
    simulator.script(heirs[2] ?? '', { kind: 'text', text: WORDS.slice(5).join('') })
    const message = await ask('five')
    expect(message.content).toMatchObject([{ type: 'text', text: TEXT }])
    const row = await rowOf()
    expect(row).toMatchObject({ state: 'complete', attempt_count: 4, served_model: heirs[2] })
    expect(row.output_tokens).toBe(message.usage.output_tokens)
    expect(row.input_tokens).toBe(message.usage.input_tokens)
  })
})

describe('an answer ends with an error', () => {
  const begun = [START, open(0, TEXT_BLOCK), text('Well')]
  const tool = open(1, { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} })
  const thought = open(0, { type: 'thinking', thinking: '', signature: '' })
  const cases: Record<string, string[]> = {
    'inside a tool call': [...begun, stop(0), tool],
    'behind a whole tool call': [...begun, stop(0), tool, stop(1)],
    'inside its thinking': [START, thought],
    'when it has only thought': [START, thought, stop(0)],
    'inside a thought behind its text': [
      ...begun,
      stop(0),
      thought.replace('"index":0', '"index":1'),
    ],
  }

  test.each(Object.entries(cases))('that breaks off %s', async (_, events) => {
    simulator.script('claude-opus-5-5', stream(...events))
    await expect(ask('anthropic-then-anthropic')).rejects.toThrow('broke off')
    expect(simulator.calls).toHaveLength(1)
    expect(await rowOf()).toMatchObject({ state: 'partial' })
  })

  test('that breaks off where there is nobody else', async () => {
    simulator.script('claude-opus-5-5', stream(...begun))
    await expect(ask('alone')).rejects.toThrow('broke off')
    expect(simulator.calls).toHaveLength(1)
  })

  test('whose form is enforced', async () => {
    simulator.script('claude-opus-5-5', stream(...begun))
    const format = { type: 'json_schema', schema: { type: 'object', additionalProperties: false } }
    await expect(ask('anthropic-then-anthropic', { output_config: { format } })).rejects.toThrow()
    expect(simulator.calls).toHaveLength(1)
  })

  test('as long as nothing else was asked for', async () => {
    await proxy.stop(0)
    proxy = await startTestProxy(yaml(simulator, 'error'))
    simulator.script('claude-opus-5-5', stream(...begun))
    await expect(ask('anthropic-then-anthropic')).rejects.toThrow('broke off')
    expect(simulator.calls).toHaveLength(1)
  })
})

test('a client that waits while somebody else is asked gets pings', async () => {
  await proxy.stop(0)
  proxy = await startTestProxy(yaml(simulator, 'continue', ', ping_after: 50ms'))
  simulator.script('claude-opus-5-5', stream(START, open(0, TEXT_BLOCK), text('Well')))
  simulator.script(MODEL.second.prefill, { kind: 'silence' })
  simulator.script(MODEL.second.anthropic, { kind: 'text', text: ', yes.' })
  const response = await post(proxy.url, { ...request, model: 'five', stream: true })
  const events = eventsIn(await response.text())
  const names = events.map(({ event }) => event)
  expect(textIn(events)).toBe('Well, yes.')
  const wait = names.slice(names.indexOf('content_block_delta') + 1)
  expect(wait.slice(0, 2)).toEqual(['ping', 'ping'])
})

test('a client that leaves while somebody else is asked ends that call too', async () => {
  simulator.script('claude-opus-5-5', stream(START, open(0, TEXT_BLOCK), text('Well')))
  simulator.script(MODEL.second.anthropic, { kind: 'silence' })
  const leaving = new AbortController()
  const response = await post(
    proxy.url,
    { ...request, model: 'anthropic-then-anthropic', stream: true },
    { signal: leaving.signal },
  )
  const isSecond = () => simulator.calls.find((call) => call.model === MODEL.second.anthropic)
  const second = isSecond() ?? (await simulator.nextCall())
  leaving.abort()
  await second.aborted
  await proxy.logged('the client closed the connection')
  expect(response.status).toBe(200)
  expect(await rowOf()).toMatchObject({ state: 'client_closed', status: 499 })
})

test('each target is charged what it took itself, and none stays in flight', async () => {
  simulator.script('claude-opus-5-5', { kind: 'cut', after: 6 })
  simulator.script(MODEL.second.anthropic, { kind: 'text', text: WORDS.slice(6).join('') })
  await ask('anthropic-then-anthropic')
  const response = await fetch(`${proxy.url}/api/providers`)
  const { targets } = (await response.json()) as { targets: { in_flight: number }[] }
  expect(targets.every(({ in_flight }) => in_flight === 0)).toBe(true)
})
