import { expect, test } from 'bun:test'
import { checkChat } from '../../src/simulator/chat-check.ts'
import { chatServiceOf } from '../../src/simulator/chat-service.ts'

const hello = { role: 'user', content: 'Hello' }
const image = (url: string) => ({
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
})
const called = (call: object = {}) => ({
  role: 'assistant',
  content: null,
  tool_calls: [
    { id: 'call_1', type: 'function', function: { name: 'T', arguments: '{}' }, ...call },
  ],
})
const result = (tool_call_id = 'call_1') => ({ role: 'tool', tool_call_id, content: 'Done' })
const tool = (parameters: object) => ({
  tools: [
    { type: 'function', function: { name: 'T', parameters: { type: 'object', ...parameters } } },
  ],
})
const path = { type: 'string', format: 'uri' }
const closed = { additionalProperties: false }
const named = { tool_choice: { type: 'function', function: { name: 'T' } } }

test.each([
  ['cerebras', image('data:image/png;base64,AAAA'), 'image_url is not supported'],
  ['cerebras', tool({ properties: { path }, ...closed }), 'Unsupported JSON schema field: format'],
  ['cerebras', tool({ properties: { path: { type: 'string' } } }), 'additionalProperties'],
  ['cerebras', { thinking: { type: 'disabled' } }, 'Unrecognized request argument'],
  ['deepseek', image('data:image/png;base64,AAAA'), 'unknown variant `image_url`'],
  ['deepseek', { ...tool({ properties: {} }), ...named }, 'does not support this tool_choice'],
  ['deepseek', { messages: [hello, called(), result()] }, 'must be passed back'],
  ['gemini', image('https://example.com/a.png'), 'base64'],
  ['gemini', { messages: [hello, called(), result()] }, 'missing a thought_signature'],
  ['gemini', tool({ properties: { a: { const: 1 } } }), 'Unknown name "const"'],
  ['gemini', tool({ properties: { a: { type: ['string', 'null'] } } }), 'is not repeating'],
  ['groq', { prompt_cache_key: 'x' }, "property 'prompt_cache_key' is unsupported"],
  ['lmstudio', { ...tool({ properties: {} }), ...named }, "Invalid tool_choice type: 'object'"],
  ['mistral', { messages: [hello, called(), result()] }, 'with a length of 9'],
  [
    'mistral',
    { messages: [hello, called({ id: 'abcdefgh1' }), result('abcdefgh1'), hello] },
    "Unexpected role 'user' after role 'tool'",
  ],
  ['mistral', { stream: true, stream_options: { include_usage: true } }, 'stream_options'],
  ['moonshot', { model: 'kimi-k2.6', temperature: 0.5 }, 'only 1 is allowed'],
  [
    'moonshot',
    { model: 'kimi-k2.6', messages: [hello, called(), result()] },
    'reasoning_content is missing',
  ],
  ['ollama', { reasoning_effort: 'high' }, 'does not support thinking'],
  ['xai', { model: 'grok-4', stop: ['x'] }, 'not supported on this model'],
  ['zai', { ...tool({ properties: {} }), tool_choice: 'required' }, 'only supports auto'],
])('%s refuses %j', (service, changes, message) => {
  const body = { model: 'm', messages: [hello], ...changes }
  expect(() => checkChat(body, chatServiceOf(`/as/${service}/v1/chat/completions`, 'm'))).toThrow(
    message,
  )
  const other = chatServiceOf('/as/compatible/v1/chat/completions', 'm')
  if (service !== 'groq' && service !== 'cerebras')
    expect(() => checkChat(body, other)).not.toThrow()
})
