import { describe, expect, test } from 'bun:test'
import type { Message, MessagesBody } from '../../../src/messages/request.ts'
import type { QUIRKS } from '../../../src/providers/openai-chat/quirks.ts'
import { toChatBody } from '../../../src/providers/openai-chat/request.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'
import { dialectOf, requestOf } from './support.ts'

type Service = keyof typeof QUIRKS

function bodyFor(service: Service, model: string, body: Partial<MessagesBody> = {}) {
  return toChatBody(requestOf(body), dialectOf(service, model))
}

const tools = [{ name: 'Read', input_schema: { type: 'object', properties: {} } }]
const calling = (...before: object[]): Message[] => [
  {
    role: 'assistant',
    content: [
      ...before.map((block) => ({ type: 'text', ...block })),
      { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
    ],
  },
  {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Text' },
      { type: 'text', text: 'And now?' },
    ],
  },
]

test('the model behind a deployment decides, the deployment is what is asked', () => {
  const dialect = { ...dialectOf('azure', 'gpt-5.2'), model: 'my-deployment' }
  const body = toChatBody(requestOf({ temperature: 1, output_config: { effort: 'max' } }), dialect)
  expect(body).toMatchObject({ model: 'my-deployment', reasoning_effort: 'xhigh' })
  expect(body).not.toHaveProperty('temperature')
})

describe('thoughts that a service wants back', () => {
  const own = (provider: Service, model: string) => ({
    type: 'thinking',
    thinking: 'I should look.',
    signature: signThinking({ provider, model }, []),
  })

  test.each([
    ['deepseek', 'deepseek-v4-pro'],
    ['moonshot', 'kimi-k2.6'],
    ['zai', 'glm-5.1'],
  ] as const)('%s gets its own back, in tool loops', (service, model) => {
    const { messages } = bodyFor(service, model, { messages: calling(own(service, model)) })
    expect(messages[0]).toMatchObject({ reasoning_content: 'I should look.' })
  })

  test('and where another model made the call, something that says nothing', () => {
    const claude = { type: 'thinking', thinking: 'Hmm.', signature: 'EqQB' }
    for (const [service, model] of [
      ['deepseek', 'deepseek-v4-pro'],
      ['moonshot', 'kimi-k2.6'],
    ] as const) {
      const { messages } = bodyFor(service, model, { messages: calling(claude) })
      expect(messages[0]).toMatchObject({ reasoning_content: ' ' })
    }
    const { messages } = bodyFor('zai', 'glm-5.1', { messages: calling(claude) })
    expect(messages[0]).not.toHaveProperty('reasoning_content')
  })
})

describe('a switch for thinking', () => {
  const thinkingOf = (service: Service, model: string, body: Partial<MessagesBody>) => {
    const { thinking, reasoning_effort } = bodyFor(service, model, body)
    return { thinking, reasoning_effort }
  }
  const off = { thinking: { type: 'disabled' }, reasoning_effort: undefined }
  const on = { type: 'enabled' }

  test('is used as the client says', () => {
    const disabled = { thinking: { type: 'disabled' } }
    expect(thinkingOf('deepseek', 'deepseek-v4-pro', disabled)).toEqual(off)
    expect(thinkingOf('moonshot', 'kimi-k2.6', disabled)).toEqual(off)
    const low = { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }
    const asked = { thinking: on, reasoning_effort: 'high' }
    expect(thinkingOf('deepseek', 'deepseek-v4-pro', low)).toEqual(asked)
    expect(thinkingOf('deepseek', 'deepseek-v4-pro', {})).toEqual({
      thinking: undefined,
      reasoning_effort: undefined,
    })
  })

  test('is off where a tool is forced, which is taken only so', () => {
    const forced = { tools, tool_choice: { type: 'any' } }
    expect(bodyFor('deepseek', 'deepseek-v4-pro', forced)).toMatchObject({
      tool_choice: 'required',
      thinking: { type: 'disabled' },
    })
  })

  test('is not touched where the model cannot but think', () => {
    const forced = { tools, tool_choice: { type: 'any' }, thinking: { type: 'disabled' } }
    const body = bodyFor('moonshot', 'kimi-k2-thinking', forced)
    expect(body.tool_choice).toBe('auto')
    expect(body).not.toHaveProperty('thinking')
  })
})

test('a tool is named where that can be said, else demanded, else left to the model', () => {
  const choiceOf = (service: Service, model: string) =>
    bodyFor(service, model, { tools, tool_choice: { type: 'tool', name: 'Read' } }).tool_choice
  expect(choiceOf('vllm', 'qwen3')).toEqual({ type: 'function', function: { name: 'Read' } })
  expect(choiceOf('lmstudio', 'qwen3')).toBe('required')
  expect(choiceOf('zai', 'glm-5.1')).toBe('auto')
})

test('Mistral has its ids of nine letters, and a word of the assistant behind its tools', () => {
  const { messages } = bodyFor('mistral', 'devstral-medium', { messages: calling() })
  expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'assistant', 'user'])
  const [call, result] = messages
  const id = call?.role === 'assistant' ? call.tool_calls?.[0]?.id : undefined
  expect(id).toMatch(/^[a-z0-9]{9}$/)
  expect(result).toMatchObject({ tool_call_id: id })
})

test('Gemini has a signature on every call of the history', () => {
  const { messages } = bodyFor('gemini', 'gemini-3-pro', { messages: calling() })
  expect(messages[0]).toMatchObject({
    tool_calls: [
      { extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } } },
    ],
  })
})

test('an image that a server would have to fetch is named where it cannot', () => {
  const source = { type: 'url', url: 'https://example.com/cat.png' }
  const messages: Message[] = [{ role: 'user', content: [{ type: 'image', source }] }]
  expect(bodyFor('ollama', 'llava', { messages }).messages[0]?.content).toBe(
    '[An image is at https://example.com/cat.png, which this model cannot open.]',
  )
  expect(bodyFor('xai', 'grok-4', { messages }).messages[0]?.content).toEqual([
    { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
  ])
})

test('stop words are as many as are taken', () => {
  const stopOf = (service: Service, model: string) =>
    bodyFor(service, model, { stop_sequences: ['A', 'B', 'C', 'D', 'E'] }).stop
  expect(stopOf('groq', 'x')).toEqual(['A', 'B', 'C', 'D'])
  expect(stopOf('zai', 'glm-5.1')).toEqual(['A'])
  expect(stopOf('xai', 'grok-4')).toBeUndefined()
})
