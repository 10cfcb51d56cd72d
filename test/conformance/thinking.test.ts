import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Anthropic from '@anthropic-ai/sdk'
import {
  type SimulatedCall,
  type Simulator,
  type Step,
  startSimulator,
} from '../../src/simulator/simulator.ts'
import { sdkFor } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

/** The models of the cast, by the route that leads to each of them alone. */
const CAST = {
  opus: 'claude-opus-5-5',
  manual: 'claude-opus-4-1',
  bedrock: 'us.anthropic.claude-opus-5-5',
  glm: 'glm-5',
  kimi: 'kimi-k3',
  chat: 'gpt-oss-120b',
} as const
type Name = keyof typeof CAST

let folder: string
let simulator: Simulator
let proxy: TestProxy
let messages: Anthropic.MessageParam[]
let answers: Anthropic.ContentBlock[][]

const start = async () => {
  const route = (name: Name, provider: string) =>
    `    - { model: ${name}, provider_sequence: [{ name: ${provider}, variants: [{ model: "${CAST[name]}" }] }] }`
  const yaml = `
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  speaks-like-it: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-others }
  bedrock: { region: us-west-2, endpoint: "${simulator.url}", api_key: key-of-bedrock }
  compatible: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-compatible }
routing:
  models:
${route('opus', 'direct')}
${route('manual', 'direct')}
${route('bedrock', 'bedrock')}
${route('glm', 'speaks-like-it')}
${route('kimi', 'speaks-like-it')}
${route('chat', 'compatible')}
`
  proxy = await startTestProxy(yaml, { db: join(folder, 'history.db') })
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-thinking-'))
  simulator = startSimulator()
  messages = []
  answers = []
  await start()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const restart = async () => {
  await proxy.stop(0)
  await start()
}

const TOOLS = [{ name: 'Read', input_schema: { type: 'object' as const } }]

/** One more turn of the conversation; it gives what the model was sent. */
async function ask(
  name: Name,
  step: Step,
  { stream = true, content = 'And now?' as Anthropic.MessageParam['content'] } = {},
): Promise<SimulatedCall> {
  simulator.script(CAST[name], step)
  messages.push({ role: 'user', content })
  const body = { model: name, max_tokens: 4000, messages, tools: TOOLS, thinking: ADAPTIVE }
  const client = sdkFor(proxy.url).messages
  const answer = await (stream ? client.stream(body).finalMessage() : client.create(body))
  messages.push({ role: 'assistant', content: answer.content })
  answers.push(answer.content)
  const call = simulator.calls.at(-1)
  if (!call) throw new Error('nobody was asked')
  return call
}

const ADAPTIVE = { type: 'adaptive' as const }

const thinks = (thinking: string): Step => ({ kind: 'text', thinking, text: `So: ${thinking}` })

/** The thoughts in what a model was sent. */
const thoughtsIn = ({ text }: SimulatedCall) =>
  [...text.matchAll(/"thinking":"([^"]*)"/g)].map(([, thought]) => thought)

describe.each([{ stream: true }, { stream: false }])(
  'a conversation ($stream: streamed)',
  (how) => {
    test('that moves between all kinds of targets keeps the thoughts that each can read', async () => {
      await ask('opus', thinks('opus one'), how)
      await ask('chat', thinks('chat one'), how)
      expect(thoughtsIn(await ask('opus', thinks('opus two'), how))).toEqual(['opus one'])
      const glm = await ask('glm', thinks('glm one'), how)
      expect(thoughtsIn(glm)).toEqual([])
      await restart()
      expect(thoughtsIn(await ask('opus', thinks('opus three'), how))).toEqual([
        'opus one',
        'opus two',
      ])
      expect(thoughtsIn(await ask('bedrock', thinks('bedrock one'), how))).toEqual([
        ...['opus one', 'opus two', 'opus three'],
      ])
      expect(thoughtsIn(await ask('kimi', thinks('kimi one'), how))).toEqual([])
      expect(thoughtsIn(await ask('glm', thinks('glm two'), how))).toEqual(['glm one'])
      expect(thoughtsIn(await ask('opus', thinks('opus four'), how))).toEqual([
        ...['opus one', 'opus two', 'opus three', 'bedrock one'],
      ])
    })
  },
)

test('a thought goes back as it came, to the byte', async () => {
  const words = 'Umlauts: äöü, "quotes", a \\ and 😀'
  await ask('glm', thinks('before'))
  await ask('opus', thinks(words))
  const { text } = await ask('opus', thinks('more'))
  const [thought] = answers[1] ?? []
  expect(thought).toMatchObject({ type: 'thinking', thinking: words })
  expect(text).toContain(JSON.stringify(thought))
})

test('the tokens of a conversation with foreign thoughts are counted', async () => {
  await ask('glm', thinks('glm one'))
  const client = sdkFor(proxy.url).messages
  for (const model of ['opus', 'bedrock']) {
    messages.push({ role: 'user', content: 'And now?' })
    expect((await client.countTokens({ model, messages })).input_tokens).toBeGreaterThan(0)
  }
})

test('a tool loop that another model began goes on with a Claude that thinks by budget', async () => {
  const calls = [{ name: 'Read', input: { file_path: '/a' } }]
  await ask('glm', { kind: 'tool', thinking: 'glm one', calls })
  const use = answers[0]?.[1]
  const result = {
    type: 'tool_result' as const,
    tool_use_id: use?.type === 'tool_use' ? use.id : '',
    content: 'text of a',
  }
  const { body } = await ask('manual', thinks('manual one'), { content: [result] })
  expect(body).not.toHaveProperty('thinking')
  expect(body).toMatchObject({ messages: [{}, { content: [{ type: 'tool_use' }] }, {}] })
})

test('a turn of nothing but a foreign thought leaves a turn behind that everybody takes', async () => {
  await ask('glm', thinks('glm one'))
  const turn = messages[1]
  if (turn && Array.isArray(turn.content)) turn.content = turn.content.slice(0, 1)
  messages.splice(1, 0, {
    role: 'system',
    content: 'Remember.',
  } as unknown as Anthropic.MessageParam)
  for (const name of ['opus', 'manual', 'bedrock', 'chat', 'kimi'] as const) {
    const { status } = await ask(name, thinks(name))
    expect(status).toBe(200)
  }
})

test('a server that answers in the name of Claude with a model of its own is found out', async () => {
  const signature = 'a5d1c5e0-7f4b-4d5c-9a43-7cf2f6a6e9c1'
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'deepseek-v4' },
    content: [
      { type: 'thinking', thinking: 'Hm.', signature },
      { type: 'text', text: 'Yes.' },
    ],
    ...{ stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  await ask(
    'opus',
    { kind: 'body', contentType: 'application/json', body: JSON.stringify(message) },
    { stream: false },
  )
  expect(thoughtsIn(await ask('opus', thinks('mine')))).toEqual([])
})
