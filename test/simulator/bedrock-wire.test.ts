import { afterAll, expect, test } from 'bun:test'
import {
  BedrockRuntimeClient,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { ACCESS_KEY, SECRET_KEY } from '../../src/simulator/sigv4.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'

const simulator = startSimulator()
afterAll(() => simulator.stop())

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const hello = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Grüße, wie geht es?' }],
}

test('the AWS client signs, and reads a message', async () => {
  simulator.script(MODEL, { kind: 'text', text: 'Gut.' })

  const { body } = await clientWith().send(invoke(MODEL, hello))

  expect(parse(body)).toMatchObject({
    id: expect.stringContaining('msg_bdrk_'),
    model: 'claude-sonnet-4-5-20250929',
    content: [{ type: 'text', text: 'Gut.' }],
  })
})

test('the AWS client reads a stream, checksums and all', async () => {
  simulator.script(MODEL, {
    kind: 'tool',
    calls: [{ name: 'Read', input: { path: 'eine Übung' } }],
  })

  const events = await streamOf(MODEL)

  expect(events.map((event) => event.type)).toEqual([
    'message_start',
    'content_block_start',
    ...Array(3).fill('content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(events[1]).toMatchObject({ content_block: { id: expect.stringContaining('toolu_bdrk_') } })
  expect(events.at(-2)).toMatchObject({ usage: { output_tokens: expect.any(Number) } })
  expect(events.at(-1)).toHaveProperty(['amazon-bedrock-invocationMetrics', 'inputTokenCount'])
})

test('an exception in the stream reaches the AWS client under its name', async () => {
  simulator.script(MODEL, { kind: 'error', after: 2, type: 'modelStreamErrorException' })

  await expect(streamOf(MODEL)).rejects.toMatchObject({ name: 'ModelStreamErrorException' })
})

test('a throttled call is a ThrottlingException', async () => {
  simulator.script(MODEL, { kind: 'refuse', status: 429 })

  await expect(clientWith().send(invoke(MODEL, hello))).rejects.toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 429 },
  })
})

test('a profile may be an ARN', async () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3'

  const { body } = await clientWith().send(invoke(arn, hello))

  expect(parse(body)).toHaveProperty('type', 'message')
  expect(simulator.calls.at(-1)?.model).toBe(arn)
})

test('a colon in the path may be raw', async () => {
  const response = await fetch(`${simulator.url}/model/${MODEL}/invoke`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-bedrock-key', 'content-type': 'application/json' },
    body: JSON.stringify(hello),
  })

  expect(response.status).toBe(200)
  expect(simulator.calls.at(-1)).toMatchObject({ model: MODEL, wire: 'bedrock' })
})

test('tokens of a base model are counted, those of a profile are not', async () => {
  const count = (modelId: string) =>
    clientWith().send(
      new CountTokensCommand({
        modelId,
        input: { invokeModel: { body: new TextEncoder().encode(JSON.stringify(hello)) } },
      }),
    )

  const { inputTokens } = await count('anthropic.claude-sonnet-4-5-20250929-v1:0')
  await expect(inputTokens).toBe(Math.ceil(JSON.stringify(hello).length / 4))
  await expect(count('us.anthropic.claude-opus-4-8')).rejects.toThrow(
    "doesn't support counting tokens",
  )
})

test('a base model cannot be invoked without a profile', async () => {
  await expect(clientWith().send(invoke('anthropic.claude-opus-4-8', hello))).rejects.toThrow(
    'with on-demand throughput',
  )
})

test('a wrong secret, a wrong key and a changed body are not let in', async () => {
  const wrongSecret = clientWith({ secretAccessKey: 'something else' })
  const wrongKey = clientWith({ accessKeyId: 'AKIASOMEBODY' })
  const meddler = clientWith()
  meddler.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, {
        body: JSON.stringify({ ...hello, max_tokens: 2000 }),
      })
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )

  const call = () => invoke(MODEL, hello)
  await expect(wrongSecret.send(call())).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  })
  await expect(wrongKey.send(call())).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
  await expect(meddler.send(call())).rejects.toMatchObject({ name: 'InvalidSignatureException' })
})

test.each([
  [{ model: 'claude-opus-5-5' }, 'model: Extra inputs are not permitted'],
  [{ stream: true }, 'stream: Extra inputs are not permitted'],
  [{ context_management: {} }, 'context_management: Extra inputs are not permitted'],
  [{ anthropic_beta: ['oauth-2025-04-20'] }, 'invalid beta flag'],
  [{ anthropic_version: undefined }, 'anthropic_version: Field required'],
  [
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    "tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of the",
  ],
  [
    {
      tools: [
        { name: 'A', input_schema: { type: 'object' } },
        { name: 'B', input_schema: { type: 'object' }, defer_loading: true },
      ],
    },
    'tools.1.custom.defer_loading: Extra inputs are not permitted',
  ],
  [
    {
      system: [
        { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', scope: 'global' } },
      ],
    },
    'system.0.cache_control.ephemeral.scope: Extra inputs are not permitted',
  ],
  [
    {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Be brief.', output_config: { effort: 'low' } },
      ],
    },
    'messages.1.output_config: Extra inputs are not permitted',
  ],
])('%j is refused as Bedrock refuses it', async (change, message) => {
  const body = { ...hello, ...change }

  await expect(
    clientWith().send(invoke('us.anthropic.claude-opus-4-8', body)),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  })
})

function clientWith(credentials: { accessKeyId?: string; secretAccessKey?: string } = {}) {
  return new BedrockRuntimeClient({
    region: 'us-west-2',
    endpoint: simulator.url,
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY, ...credentials },
  })
}

function invoke(modelId: string, body: unknown) {
  return new InvokeModelCommand({
    modelId,
    contentType: 'application/json',
    body: JSON.stringify(body),
  })
}

async function streamOf(modelId: string): Promise<Record<string, unknown>[]> {
  const { body = [] } = await clientWith().send(
    new InvokeModelWithResponseStreamCommand({
      modelId,
      contentType: 'application/json',
      body: JSON.stringify(hello),
    }),
  )
  const events: Record<string, unknown>[] = []
  for await (const { chunk } of body) if (chunk?.bytes) events.push(parse(chunk.bytes))
  return events
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes))
}
