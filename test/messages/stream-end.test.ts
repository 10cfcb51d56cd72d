import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, textIn } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

const MODEL = 'claude-opus-5-5'
const HEIR = 'claude-opus-4-8'

let simulator: Simulator
let proxy: TestProxy

/** One target and, where it carries on, another one behind it. */
async function start({ server = '', provider = '', mode = 'error' } = {}) {
  proxy = await startTestProxy(`
server: { idle_timeout: 5s${server} }
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct${provider} }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-compatible }
routing:
  on_stream_failure: ${mode}
  models:
    - model: openai
      provider_sequence: [{ name: compatible, variants: [{ model: gpt-4o }] }]
    - model: default
      provider_sequence: [{ name: direct, variants: [{ model: ${MODEL} }, { model: ${HEIR} }] }]
`)
}

beforeEach(() => {
  simulator = startSimulator()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

async function ask(model = 'any'): Promise<string> {
  const messages = [{ role: 'user', content: 'Hello' }]
  const response = await post(proxy.url, { model, max_tokens: 100, messages, stream: true })
  return response.text()
}

const event = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const OPEN =
  event('message_start', { message: { usage: { input_tokens: 3, output_tokens: 1 } } }) +
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
const text = (words: string) =>
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: words } })
const CLOSE =
  event('content_block_stop', { index: 0 }) +
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } })
const STOP = event('message_stop', {})
const BROKEN = 'event: content_block_delta\ndata: {"type":"content_block_delta","ind\n\n'

const body = (...events: string[]): Step => ({
  kind: 'body',
  contentType: 'text/event-stream',
  body: events.join(''),
})

describe('an event that is no JSON', () => {
  test('is hidden like any other failure where nothing was said before it', async () => {
    await start()
    simulator.script(MODEL, body(BROKEN))
    simulator.script(HEIR, { kind: 'text', text: 'From the other.' })
    expect(textIn(eventsIn(await ask()))).toBe('From the other.')
  })

  test('behind the end is left out of a complete answer', async () => {
    await start()
    simulator.script(MODEL, body(OPEN, text('All.'), CLOSE, STOP, 'data: [DONE]\n\n'))
    expect(await ask()).toBe([OPEN, text('All.'), CLOSE, STOP].join(''))
    expect((await proxy.requests())[0]).toMatchObject({ state: 'complete', error: null })
  })
})

describe('an event that is no JSON, in the middle of an answer', () => {
  // A server of its own: what comes before the event has to come in a chunk before it.
  let upstream: Bun.Server<undefined>
  let begin: () => void
  let end: string

  beforeEach(() => {
    const begun = Promise.withResolvers<void>()
    begin = begun.resolve
    upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const { model } = (await request.json()) as { model: string }
        const pieces =
          model === MODEL ? [OPEN + text('Half '), end] : [OPEN + text('the rest.') + CLOSE + STOP]
        async function* sent() {
          for (const piece of pieces) {
            if (piece === end) await begun.promise
            yield piece
          }
        }
        return new Response(sent(), { headers: { 'content-type': 'text/event-stream' } })
      },
    })
  })
  afterEach(() => upstream.stop(true))

  async function askUpstream(mode: string): Promise<string> {
    proxy = await startTestProxy(`
providers: { direct: { type: anthropic, base_url: "${upstream.url.origin}", api_key: key } }
routing:
  on_stream_failure: ${mode}
  models:
    - model: default
      provider_sequence: [{ name: direct, variants: [{ model: ${MODEL} }, { model: ${HEIR} }] }]
`)
    const messages = [{ role: 'user', content: 'Hello' }]
    const response = await post(proxy.url, { model: 'x', max_tokens: 9, messages, stream: true })
    begin()
    return response.text()
  }

  test.each([
    ['alone', BROKEN],
    ['among others', text('more ') + BROKEN + text('lost') + CLOSE + STOP],
    ['with other ends of lines', (text('more ') + BROKEN + CLOSE + STOP).replaceAll('\n', '\r\n')],
  ])('does not reach the client: %s', async (_, events) => {
    end = events
    const said = await askUpstream('error')
    const seen = eventsIn(said.replaceAll('\r', ''))
    expect(textIn(seen)).toBe(events.startsWith(BROKEN) ? 'Half ' : 'Half more ')
    expect(seen.at(-1)).toMatchObject({
      event: 'error',
      data: { error: { type: 'overloaded_error' } },
    })
    const row = await proxy.request((await proxy.requests())[0]?.id ?? '')
    expect(row).toMatchObject({ state: 'partial', attempts: [{ outcome: 'bad_answer' }] })
  })

  test('is where somebody else carries on', async () => {
    end = BROKEN
    const seen = eventsIn(await askUpstream('continue'))
    expect(textIn(seen)).toBe('Half the rest.')
    expect(seen.at(-1)?.event).toBe('message_stop')
  })
})

test('a chunk that is no JSON on the OpenAI wire ends in an error too', async () => {
  await start()
  const chunk = { id: 'x', choices: [{ index: 0, delta: { content: 'Half' } }] }
  simulator.script('gpt-4o', body(`data: ${JSON.stringify(chunk)}\n\n`, 'data: {"id":"x","cho\n\n'))
  const said = await ask('openai')
  expect(said).not.toContain('"cho')
  expect(said).not.toContain('message_stop')
})

describe('a stream that never ends', () => {
  const ENDLESS: Step = { kind: 'text', deltas: 1_000_000, paceMs: 5 }

  test('ends with the request, and is recorded', async () => {
    await start({ server: ', request_timeout: 300ms', mode: 'continue' })
    simulator.script(MODEL, ENDLESS)
    const call = simulator.nextCall()
    const events = eventsIn(await ask())
    expect(events.at(-1)).toMatchObject({ event: 'error' })
    const row = await proxy.request((await proxy.requests())[0]?.id ?? '')
    expect(row).toMatchObject({
      state: 'partial',
      error: expect.stringContaining('server.request_timeout'),
      attempts: [{ outcome: 'silent', error: row.error }],
    })
    await (await call).aborted
  })

  test('ends with the time its target has for an answer', async () => {
    await start({ provider: ', request_timeout: 200ms' })
    simulator.script(MODEL, ENDLESS)
    const call = simulator.nextCall()
    expect(eventsIn(await ask()).at(-1)?.event).toBe('error')
    await (await call).aborted
    const row = await proxy.request((await proxy.requests())[0]?.id ?? '')
    expect(row).toMatchObject({ state: 'partial', attempts: [{ outcome: 'silent' }] })
    expect(row.error).toContain('did not end within 0.2 s')
  })

  test('is carried on by somebody who comes to an end', async () => {
    await start({ provider: ', request_timeout: 200ms', mode: 'continue' })
    simulator.script(MODEL, ENDLESS)
    simulator.script(HEIR, { kind: 'text', text: ' And that is all.' })
    const events = eventsIn(await ask())
    expect(textIn(events)).toEndWith(' And that is all.')
    expect(events.at(-1)?.event).toBe('message_stop')
  })
})
