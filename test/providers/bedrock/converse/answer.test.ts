import { afterEach, beforeEach, expect, test } from 'bun:test'
import { isRecord } from '../../../../src/json.ts'
import { type Simulator, startSimulator } from '../../../../src/simulator/simulator.ts'
import { sdkFor } from '../../../support/client.ts'
import { startTestProxy, type TestProxy } from '../../../support/proxy.ts'
import { GPT_OSS, KIMI, LLAMA, NOVA } from './support.ts'

const PROFILE = 'arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/a1b2c3d4'
const CLAUDE = 'us.anthropic.claude-opus-5-5'

let simulator: Simulator
let proxy: TestProxy

const yaml = ({ url }: Pick<Simulator, 'url'>) => `
providers:
  bedrock:
    region: us-west-2
    endpoint: "${url}"
    api_key: key-of-bedrock
    extra_body: { requestMetadata: { team: shop }, unknown_to_converse: 1 }
  claude: { type: bedrock, region: us-west-2, endpoint: "${url}", api_key: key-of-bedrock }
routing:
  models:
${[NOVA, LLAMA, KIMI, GPT_OSS].map((model) => `    - { model: "${model}", provider_sequence: [{ name: bedrock, variants: [{ model: "${model}" }] }] }`).join('\n')}
    - { model: claude, provider_sequence: [{ name: claude, variants: [{ model: ${CLAUDE} }] }] }
    - { model: claude-opus-4-8, provider_sequence: [{ name: bedrock, variants: [{ model: "${NOVA}" }] }] }
    - model: profile
      provider_sequence:
        - { name: bedrock, variants: [{ model: "${PROFILE}", base_model: "us.amazon.nova-lite-v1:0" }] }
`

beforeEach(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(yaml(simulator))
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const tools = [{ name: 'Read', input_schema: { type: 'object' as const, properties: {} } }]
const request = {
  max_tokens: 1000,
  messages: [{ role: 'user' as const, content: 'Go' }],
}

test('a model that cannot stream beside tools is asked for all at once, and streamed all the same', async () => {
  const calls = [{ name: 'Read', input: { path: '/a' } }]
  simulator.script(LLAMA, { kind: 'tool', text: 'Let me look.', calls })
  const stream = sdkFor(proxy.url).messages.stream({ ...request, model: LLAMA, tools })
  expect((await stream.finalMessage()).content).toMatchObject([
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', name: 'Read', input: { path: '/a' } },
  ])
  expect(simulator.calls.at(-1)?.path).toEndWith('/converse')
  await sdkFor(proxy.url)
    .messages.stream({ ...request, model: LLAMA })
    .finalMessage()
  expect(simulator.calls.at(-1)?.path).toEndWith('/converse-stream')
})

test('a model that says so is asked for all at once, too, and at once from then on', async () => {
  const paths: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch({ url }) {
      paths.push(url.replace(/.*\//, ''))
      if (url.endsWith('/converse-stream')) {
        const message = "This model doesn't support tool use in streaming mode."
        return Response.json({ message }, { status: 400 })
      }
      const output = { message: { role: 'assistant', content: [{ text: 'Hi' }] } }
      return Response.json({ output, stopReason: 'end_turn' })
    },
  })
  const own = await startTestProxy(yaml({ url: server.url.origin }))
  try {
    for (let n = 0; n < 2; n++) {
      const stream = sdkFor(own.url).messages.stream({ ...request, model: KIMI, tools })
      expect(await stream.finalText()).toBe('Hi')
    }
    expect(paths).toEqual(['converse-stream', 'converse', 'converse'])
  } finally {
    await own.stop(0)
    await server.stop(true)
  }
})

test('a profile whose model is named is asked as that model is', async () => {
  const message = await sdkFor(proxy.url).messages.create({ ...request, model: 'profile' })
  expect(message.model).toBe(PROFILE)
  expect(simulator.calls.at(-1)?.path).toBe(`/model/${encodeURIComponent(PROFILE)}/converse`)
})

test('extra_body is put over the request', async () => {
  await sdkFor(proxy.url).messages.create({ ...request, model: NOVA })
  expect(simulator.calls.at(-1)?.body).toMatchObject({ requestMetadata: { team: 'shop' } })
})

test('what a model thought goes back to it, and to nobody else', async () => {
  simulator.script(KIMI, { kind: 'text', thinking: 'First think.', text: 'Then speak.' })
  const { content } = await sdkFor(proxy.url)
    .messages.stream({ ...request, model: KIMI })
    .finalMessage()
  expect(content).toMatchObject([{ type: 'thinking', thinking: 'First think.' }, { type: 'text' }])
  const messages = [
    ...request.messages,
    { role: 'assistant' as const, content },
    { role: 'user' as const, content: 'And now?' },
  ]
  const sentTo = async (model: string) => {
    await sdkFor(proxy.url).messages.create({ ...request, messages, model })
    const body = simulator.calls.at(-1)?.body
    return JSON.stringify(isRecord(body) && body.messages)
  }
  expect(await sentTo(KIMI)).toContain(
    '{"reasoningContent":{"reasoningText":{"text":"First think."}}}',
  )
  expect(await sentTo(GPT_OSS)).not.toContain('First think')
  expect(await sentTo('claude')).not.toContain('First think')
})

test('the guess at the start is made for the model that answers, whatever was asked for', async () => {
  const messages = [{ role: 'user' as const, content: 'Where Does This Sentence Go? '.repeat(50) }]
  const guessFor = async (model: string) => {
    for await (const event of sdkFor(proxy.url).messages.stream({ ...request, messages, model })) {
      if (event.type === 'message_start') return event.message.usage.input_tokens
    }
    throw new Error('no message_start')
  }
  expect(await guessFor('claude-opus-4-8')).toBe(await guessFor(NOVA))
})

test('the cache of a model that has one is counted', async () => {
  const system = [
    {
      type: 'text' as const,
      text: 'Be brief. '.repeat(50),
      cache_control: { type: 'ephemeral' as const },
    },
  ]
  const { usage } = await sdkFor(proxy.url).messages.create({ ...request, system, model: NOVA })
  expect(usage.cache_creation_input_tokens).toBeGreaterThan(0)
  expect(usage.cache_creation?.ephemeral_5m_input_tokens).toBe(
    usage.cache_creation_input_tokens ?? 0,
  )
  const row = (await proxy.requests())[0]
  expect(row?.cache_creation_input_tokens).toBe(usage.cache_creation_input_tokens)
})

test('tokens are counted by a service that counts for the model', async () => {
  // What has a script is known to the simulator, whatever it is.
  simulator.script('amazon.nova-pro-v1:0', { kind: 'text' })
  const response = await fetch(`${proxy.url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: NOVA, messages: request.messages, tools }),
  })
  expect(response.headers.get('x-proxy-estimate')).toBeNull()
  const call = simulator.calls.at(-1)
  expect(call?.path).toBe('/model/amazon.nova-pro-v1%3A0/count-tokens')
  const { converse } = isRecord(call?.body) && isRecord(call.body.input) ? call.body.input : {}
  expect(converse).toMatchObject({ messages: [{ content: [{ text: 'Go' }] }] })
  expect(await response.json()).toEqual({
    input_tokens: Math.ceil(JSON.stringify(converse).length / 4),
  })
})
