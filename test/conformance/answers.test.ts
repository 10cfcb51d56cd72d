import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { eventsIn, post, sdkFor, textIn } from '../support/client.ts'
import { LANES, lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(lanesYaml(simulator))
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const hello = (model: string) => ({
  model,
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content: 'Hello' }],
})

describe.each(LANES)('the $lane lane', ({ lane, upstream }) => {
  test('answers in one piece', async () => {
    simulator.script(upstream, { kind: 'text', text: 'Hello to you.' })
    const message = await sdkFor(proxy.url).messages.create(hello(lane))
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello to you.' }])
    expect(message.stop_reason).toBe('end_turn')
    expect(message.usage.input_tokens).toBeGreaterThan(0)
    expect(message.usage.output_tokens).toBeGreaterThan(0)
  })

  test('answers as a stream that the official SDK accepts', async () => {
    simulator.script(upstream, { kind: 'text', text: 'Hello to you.', deltas: 4 })
    const message = await sdkFor(proxy.url).messages.stream(hello(lane)).finalMessage()
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello to you.' }])
    expect(message.stop_reason).toBe('end_turn')
    expect(message.usage.input_tokens).toBeGreaterThan(0)
  })

  test('hands the first event on before the upstream sends the last', async () => {
    const gate = Promise.withResolvers<void>()
    simulator.script(upstream, {
      kind: 'text',
      text: 'one two three',
      deltas: 3,
      gate: gate.promise,
    })
    const response = await post(proxy.url, { ...hello(lane), stream: true })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let read = ''
    while (!read.includes('one')) read += (await reader?.read())?.value ?? ''
    expect(read).not.toContain('three')
    gate.resolve()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      read += part.value
    }
    expect(textIn(eventsIn(read))).toBe('one two three')
    expect(eventsIn(read).at(-1)?.event).toBe('message_stop')
  })

  test.each([false, true])('carries parallel tool calls (stream: %p)', async (stream) => {
    const calls = [
      { name: 'Read', input: { file_path: '/a "quoted" path' } },
      { name: 'Bash', input: { command: 'ls', nested: { deep: [1, 2, { x: null }] } } },
    ]
    simulator.script(upstream, { kind: 'tool', text: 'Let me look.', calls })
    const tools = ['Read', 'Bash'].map((name) => ({
      name,
      input_schema: { type: 'object' as const, properties: {} },
    }))
    const request = { ...hello(lane), tools }
    const { messages } = sdkFor(proxy.url)
    const message = stream
      ? await messages.stream(request).finalMessage()
      : await messages.create(request)
    const used = message.content.filter((block) => block.type === 'tool_use')
    expect(used.map(({ name, input }) => ({ name, input }))).toEqual(calls)
    expect(message.stop_reason).toBe('tool_use')

    // The next turn sends the results back, text behind them: every wire has rules about that.
    simulator.script(upstream, { kind: 'text', text: 'Done.' })
    const results = used.map(({ id }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: [{ type: 'text' as const, text: 'fine' }],
    }))
    const next = await messages.create({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content: message.content },
        { role: 'user', content: [...results.reverse(), { type: 'text', text: 'Go on.' }] },
      ],
    })
    expect(next.content).toMatchObject([{ type: 'text', text: 'Done.' }])
  })

  test('carries system prompts, images and tool errors to the service', async () => {
    const image = {
      type: 'image' as const,
      source: { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL },
    }
    const message = await sdkFor(proxy.url).messages.create({
      ...hello(lane),
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'Look', input_schema: { type: 'object', properties: {} } }],
      messages: [
        { role: 'user', content: [image, { type: 'text', text: 'What is this?' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'Look', input: {} }],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [image] },
          ],
        },
      ],
    })
    expect(message.stop_reason).toBe('end_turn')
    const sent = simulator.calls.at(-1)?.text ?? ''
    expect(sent).toContain('Be kind.')
    expect(sent.split(PIXEL)).toHaveLength(3)
  })

  test.each([false, true])('is let go when the client leaves (stream: %p)', async (stream) => {
    simulator.script(upstream, { kind: 'silence' })
    const arrival = simulator.nextCall()
    const leaving = new AbortController()
    const asked = post(proxy.url, { ...hello(lane), stream }, { signal: leaving.signal })
    const call = await arrival
    leaving.abort()
    expect(asked).rejects.toThrow()
    await call.aborted
    const [row] = await proxy.requests()
    expect(row).toMatchObject({ state: 'client_closed', status: 499, requested_model: lane })
  })

  test('is let go when the client leaves in the middle of a stream', async () => {
    simulator.script(upstream, { kind: 'stall', after: 2 })
    const arrival = simulator.nextCall()
    const leaving = new AbortController()
    const response = await post(
      proxy.url,
      { ...hello(lane), stream: true },
      { signal: leaving.signal },
    )
    await response.body?.getReader().read()
    const call = await arrival
    leaving.abort()
    await call.aborted
    const [row] = await proxy.requests()
    expect(row).toMatchObject({ state: 'client_closed', status: 499, attempt_count: 1 })
  })

  test('shows its answer in the history, and names the target in the headers', async () => {
    const response = await post(proxy.url, hello(lane), {
      headers: { 'x-claude-code-session-id': 'session-7' },
    })
    const { usage } = (await response.json()) as { usage: Record<string, number> }
    const id = response.headers.get('request-id') ?? ''
    const row = await proxy.request(id)
    expect(response.headers.get('x-proxy-model')).toBe(upstream)
    expect(response.headers.get('x-proxy-provider')).toBe(row.provider)
    expect(response.headers.get('x-proxy-attempts')).toBe('1')
    expect(row).toMatchObject({
      id,
      session_id: 'session-7',
      requested_model: lane,
      served_model: upstream,
      stream: false,
      status: 200,
      state: 'complete',
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      error: null,
    })
    expect(row.attempts).toMatchObject([{ outcome: 'ok', status: 200, model: upstream }])
  })
})

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
