import { afterAll, expect, test } from 'bun:test'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  type Message,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { ACCESS_KEY, SECRET_KEY } from '../../src/simulator/sigv4.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'

const simulator = startSimulator()
afterAll(() => simulator.stop())

const NOVA = 'us.amazon.nova-pro-v1:0'
const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0'
const client = new BedrockRuntimeClient({
  region: 'us-west-2',
  endpoint: simulator.url,
  requestHandler: new NodeHttpHandler(),
  maxAttempts: 1,
  credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
})

const hello: Message = { role: 'user', content: [{ text: 'Hello' }] }
const asks = (input: object = {}, modelId = NOVA) =>
  client.send(new ConverseCommand({ modelId, messages: [hello], ...input } as ConverseCommandInput))

async function streams(input: object = {}, modelId = NOVA): Promise<ConverseStreamOutput[]> {
  const body = { modelId, messages: [hello], ...input } as ConverseCommandInput
  const { stream = [] } = await client.send(new ConverseStreamCommand(body))
  return Array.fromAsync(stream as AsyncIterable<ConverseStreamOutput>)
}

const calls = [{ name: 'Read', input: { path: 'eine Übung' } }]

test('the AWS client reads a message', async () => {
  simulator.script(NOVA, { kind: 'tool', text: 'Let me look.', calls })
  const { output, stopReason, usage } = await asks()
  expect(output?.message?.content).toMatchObject([
    { text: 'Let me look.' },
    { toolUse: { name: 'Read', input: { path: 'eine Übung' } } },
  ])
  expect(stopReason).toBe('tool_use')
  expect(usage?.totalTokens).toBeGreaterThan(0)
})

test('the AWS client reads a stream, in which only a call is announced', async () => {
  simulator.script(NOVA, { kind: 'tool', text: 'Hm', calls })
  const events = await streams()
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'messageStart',
    'contentBlockDelta',
    'contentBlockStop',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ])
})

test('an exception in the stream reaches the AWS client under its name', async () => {
  simulator.script(NOVA, { kind: 'error', after: 2, type: 'modelStreamErrorException' })
  await expect(streams()).rejects.toMatchObject({ name: 'ModelStreamErrorException' })
})

const use = { toolUse: { toolUseId: 'a', name: 'Read', input: {} } }
const result = { toolResult: { toolUseId: 'a', content: [{ text: 'fine' }] } }
const toolConfig = {
  tools: [{ toolSpec: { name: 'Read', inputSchema: { json: { type: 'object' } } } }],
}
const talk = (...contents: object[][]) => ({
  messages: contents.map((content, at) => ({ role: at % 2 ? 'assistant' : 'user', content })),
})
const pdf = { document: { format: 'pdf', name: 'a', source: { bytes: new Uint8Array([1]) } } }
const point = { cachePoint: { type: 'default' } }
const thought = { reasoningContent: { reasoningText: { text: 'Hm' } } }
const go = [{ text: 'Go' }]

test.each<[object, string, string?]>([
  [{ messages: [{ role: 'assistant', content: go }, hello] }, 'must start with a user message'],
  [{ messages: [hello, hello] }, 'must alternate between user and assistant'],
  [talk(go, go), 'must end with a user message', LLAMA],
  [talk([{ text: ' ' }]), 'is blank'],
  [talk([]), 'List should have at least 1 item'],
  [talk([{ text: 'a', ...use }]), '1 validation error detected'],
  [talk(go, [use], [result]), 'The toolConfig field must be defined'],
  [{ ...talk(go, [use], go), toolConfig }, 'Expected toolResult blocks at messages.2.content'],
  [{ ...talk(go, go, [result]), toolConfig }, 'exceeds the number of toolUse blocks'],
  [
    { ...talk(go, [{ toolUse: { ...use.toolUse, toolUseId: 'a:0' } }], go), toolConfig },
    'should match pattern',
  ],
  [{ toolConfig: { tools: [...toolConfig.tools, ...toolConfig.tools] } }, 'duplicate names'],
  [
    { toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    "doesn't support the toolConfig.toolChoice.any field",
    LLAMA,
  ],
  [{ toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'X' } } } }, 'is not defined'],
  [talk([pdf]), 'needs a text block'],
  [talk([pdf, pdf, ...go]), 'duplicate document name'],
  [talk([point, ...go]), 'There is nothing available to cache'],
  [talk([...go, point]), 'did not allow prompt caching', LLAMA],
  [
    {
      system: Array(5)
        .fill([...go, point])
        .flat(),
    },
    'Found 5 cache points',
  ],
  [talk([thought]), 'User messages cannot contain reasoning content'],
  [talk(go, [thought], go), 'does not support assistant message prefill'],
  [talk(go, [thought, ...go], go), 'cannot contain reasoning content', 'us.deepseek.r1-v1:0'],
  [{ inferenceConfig: { maxTokens: 20_000 } }, 'exceeds the model limit of 10000'],
  [{ inferenceConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e'] } }, '1 validation error'],
  [
    { inferenceConfig: { stopSequences: ['a'] } },
    "doesn't support the stopSequences field",
    'openai.gpt-oss-20b-1:0',
  ],
  [{ additionalModelRequestFields: { thinking: {} } }, 'Extra inputs are not permitted'],
  [{ promptVariables: { a: { text: 'b' } } }, 'Extra inputs are not permitted'],
  [{}, 'The provided model identifier is invalid', 'amazon.nova-ultra-v9:0'],
])('%j is refused as Bedrock refuses it: %s', async (input, message, model = NOVA) => {
  await expect(asks(input, model)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  })
})

test('tools and streaming do not go together everywhere', async () => {
  await expect(streams({ toolConfig }, LLAMA)).rejects.toThrow(
    "This model doesn't support tool use in streaming mode.",
  )
  expect(await streams({ toolConfig })).not.toBeEmpty()
})
