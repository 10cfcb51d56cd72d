import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type Anthropic from '@anthropic-ai/sdk'
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts'
import { sdkFor } from '../../support/client.ts'
import { startTestProxy, type TestProxy } from '../../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(`
providers:
  openai: { base_url: "${simulator.url}/v1", api_key: key-of-openai }
  gateway: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-gateway }
routing:
  models:
    - { model: sol, provider_sequence: [{ name: openai, variants: [{ model: gpt-5.6-sol }] }] }
    - { model: alias, provider_sequence: [{ name: gateway, variants: [{ model: our-best }] }] }
    - { model: chat, provider_sequence: [{ name: openai, variants: [{ model: gpt-5.4, api: chat }] }] }
`)
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const tools = [{ name: 'Read', input_schema: { type: 'object' as const, properties: {} } }]
const go = { role: 'user' as const, content: 'Go' }

function ask(model: string, messages: Anthropic.MessageParam[], stream: boolean) {
  const body = { model, messages, tools, max_tokens: 1000 }
  const { messages: api } = sdkFor(proxy.url)
  return stream ? api.stream(body).finalMessage() : api.create(body)
}

function lastBody(): Record<string, unknown> {
  return simulator.calls.at(-1)?.body as Record<string, unknown>
}

describe.each([true, false])('a loop of calls (stream: %p)', (stream) => {
  test('keeps what the model thought, and says every turn what it said before', async () => {
    simulator.script(
      'gpt-5.6-sol',
      { kind: 'tool', thinking: 'I must read.', calls: [{ name: 'Read', input: { path: 'a' } }] },
      { kind: 'tool', thinking: '', text: 'And b.', calls: [{ name: 'Read', input: {} }] },
      { kind: 'text', text: 'Done.' },
    )
    const messages: Anthropic.MessageParam[] = [go]
    const inputs: unknown[][] = []
    for (let turn = 0; turn < 3; turn++) {
      const { content } = await ask('sol', messages, stream)
      inputs.push(lastBody().input as unknown[])
      const calls = content.filter((block) => block.type === 'tool_use')
      const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id }))
      messages.push({ role: 'assistant', content }, { role: 'user', content: results })
    }
    expect(inputs[2]).toMatchObject([
      { role: 'user' },
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'I must read.' }],
        encrypted_content: expect.any(String),
      },
      { type: 'function_call', name: 'Read', arguments: '{"path":"a"}' },
      { type: 'function_call_output', output: '(no output)' },
      { type: 'reasoning', summary: [] },
      { role: 'assistant', content: 'And b.', phase: 'commentary' },
      { type: 'function_call', arguments: '{}' },
      { type: 'function_call_output' },
    ])
    expect(inputs[1]).toEqual(inputs[2]?.slice(0, inputs[1]?.length))
    expect(inputs[0]).toEqual(inputs[2]?.slice(0, inputs[0]?.length))
  })
})

test('a gateway’s model that takes tools only on the other API is one attempt', async () => {
  const message = 'To use function tools, use /v1/responses.'
  simulator.script('our-best', { kind: 'refuse', status: 400, message })
  await ask('alias', [go], false)
  const paths = simulator.calls.slice(-2).map(({ path }) => path)
  expect(paths).toEqual(['/v1/chat/completions', '/v1/responses'])
  const [row] = await proxy.requests()
  const { attempts } = await proxy.request(row?.id ?? '')
  expect(attempts).toMatchObject([{ outcome: 'ok', model: 'our-best' }])
})

test('with api: chat such a model has its tools, and does not think', async () => {
  await ask('chat', [go], true)
  expect(simulator.calls.at(-1)?.path).toBe('/v1/chat/completions')
  expect(lastBody()).toMatchObject({ reasoning_effort: 'none' })
})
