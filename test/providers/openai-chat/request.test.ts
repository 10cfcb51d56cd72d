import { describe, expect, test } from 'bun:test'
import type { MessagesBody } from '../../../src/messages/request.ts'
import { toChatBody } from '../../../src/providers/openai-chat/request.ts'
import { dialectOf, requestOf } from './support.ts'

type Service = Parameters<typeof dialectOf>[0]

function bodyFor(service: Service, model: string, body: Partial<MessagesBody> = {}, headers = {}) {
  return toChatBody(requestOf(body, headers), dialectOf(service, model))
}

const tools = [
  { name: 'Read', description: 'Reads', input_schema: { type: 'object', properties: {} } },
]
const user_id = JSON.stringify({ device_id: '0'.repeat(64), session_id: 'a1' })

test('a plain request holds nothing that was not asked for', () => {
  expect(bodyFor('generic', 'llama')).toEqual({
    model: 'llama',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 1000,
    stream: false,
  })
})

test('a stream asks for its usage', () => {
  expect(bodyFor('generic', 'llama', { stream: true })).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  })
})

describe('output tokens', () => {
  const max = (service: Service, model: string, max_tokens: number) => {
    const { max_tokens: old, max_completion_tokens } = bodyFor(service, model, { max_tokens })
    return [old, max_completion_tokens]
  }

  test('go under the name the service knows, and under one name only', () => {
    expect(max('generic', 'llama', 500)).toEqual([500, undefined])
    expect(max('openai', 'gpt-5', 500)).toEqual([undefined, 500])
  })

  test('stay within what the model gives and above what it refuses', () => {
    expect(max('cerebras', 'qwen-3-coder-480b', 128_000)).toEqual([undefined, 16_384])
    expect(max('openai', 'gpt-4o', 64_000)).toEqual([undefined, 16_384])
    expect(max('openrouter', 'x/y', 64_000)).toEqual([64_000, undefined])
    expect(max('openrouter', 'x/y', 1)).toEqual([16, undefined])
    expect(max('groq', 'llama-3.3-70b', 0)).toEqual([undefined, 1])
  })
})

describe('reasoning', () => {
  const effort = (service: Service, model: string, body: Partial<MessagesBody>) => {
    const { reasoning_effort, reasoning } = bodyFor(service, model, body)
    return reasoning_effort ?? reasoning
  }
  const wanting = (level: string) => ({
    thinking: { type: 'adaptive' },
    output_config: { effort: level },
  })

  test('is clamped to the levels a model knows', () => {
    expect(effort('openai', 'gpt-5.2', wanting('max'))).toBe('xhigh')
    expect(effort('openai', 'gpt-5-mini', wanting('max'))).toBe('high')
    expect(effort('cerebras', 'gpt-oss-120b', wanting('xhigh'))).toBe('high')
    expect(effort('openrouter', 'x/y', wanting('low'))).toEqual({ effort: 'low' })
  })

  test('follows a budget where no level is named', () => {
    const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } })
    expect(effort('groq', 'openai/gpt-oss-120b', budget(1024))).toBe('low')
    expect(effort('groq', 'openai/gpt-oss-120b', budget(4000))).toBe('medium')
    expect(effort('groq', 'openai/gpt-oss-120b', budget(31_999))).toBe('high')
  })

  test('is switched off where that is possible', () => {
    const off = { thinking: { type: 'disabled' } }
    expect(effort('openai', 'gpt-5.1', off)).toBe('none')
    expect(effort('openai', 'gpt-5', off)).toBe('minimal')
    expect(effort('openai', 'o3', off)).toBeUndefined()
    expect(effort('groq', 'qwen/qwen3-32b', off)).toBe('none')
  })

  test('is not mentioned to a model that does not reason', () => {
    for (const [service, model] of [
      ['openai', 'gpt-4.1'],
      ['groq', 'llama-3.3-70b'],
      ['cerebras', 'qwen-3-coder-480b'],
      ['generic', 'x'],
    ] as const) {
      expect(effort(service, model, wanting('high'))).toBeUndefined()
    }
  })

  test('is none beside tools for models that take tools only so', () => {
    expect(effort('openai', 'gpt-5.6-terra', { tools })).toBe('none')
    expect(effort('openai', 'gpt-5.6-terra', wanting('high'))).toBe('high')
  })
})

test('one call at a time is asked for where it may be', () => {
  const tool_choice = { type: 'auto', disable_parallel_tool_use: true }
  expect(bodyFor('groq', 'x', { tools, tool_choice })).toMatchObject({
    tool_choice: 'auto',
    parallel_tool_calls: false,
  })
  expect(bodyFor('openai', 'o3', { tools, tool_choice })).not.toHaveProperty('parallel_tool_calls')
  expect(bodyFor('groq', 'x', { tool_choice })).not.toHaveProperty('parallel_tool_calls')
})

describe('sampling', () => {
  const body = {
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ['1', '2', '3', '4', '5'],
  }

  test('goes through, with four stop sequences at most', () => {
    expect(bodyFor('generic', 'x', body)).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      stop: ['1', '2', '3', '4'],
    })
    expect(bodyFor('generic', 'x', body)).not.toHaveProperty('top_k')
    expect(bodyFor('openrouter', 'x', body)).toHaveProperty('top_k', 40)
  })

  test('is not sent to reasoning models of OpenAI', () => {
    for (const key of ['temperature', 'top_p', 'top_k', 'stop']) {
      expect(bodyFor('openai', 'gpt-5', body)).not.toHaveProperty(key)
    }
  })
})

describe('structured output', () => {
  const schema = {
    type: 'object',
    properties: { title: { type: 'string' } },
    required: ['title'],
    additionalProperties: false,
  }
  const output_config = { format: { type: 'json_schema', schema } }

  test('becomes a response format, strict where the schema allows it', () => {
    expect(bodyFor('openai', 'gpt-4.1', { output_config })).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema, strict: true } },
    })
    const open = { format: { type: 'json_schema', schema: { ...schema, required: [] } } }
    expect(bodyFor('openai', 'gpt-4.1', { output_config: open })).toMatchObject({
      response_format: { json_schema: { strict: false } },
    })
  })

  test('gives way to tools where both together are refused', () => {
    expect(bodyFor('groq', 'x', { output_config, tools })).not.toHaveProperty('response_format')
    expect(bodyFor('openai', 'gpt-4.1', { output_config, tools })).toHaveProperty('response_format')
  })
})

describe('who asks', () => {
  test('is told to OpenAI in hashes of 64 characters', () => {
    const body = bodyFor('openai', 'gpt-5', { metadata: { user_id } })
    expect(body.safety_identifier).toMatch(/^[0-9a-f]{64}$/)
    expect(body.prompt_cache_key).toMatch(/^[0-9a-f]{64}$/)
    expect(
      bodyFor('openai', 'gpt-5', {}, { 'x-claude-code-session-id': 'a1' }).prompt_cache_key,
    ).toBe(body.prompt_cache_key)
  })

  test('is nothing that Groq would take', () => {
    const body = bodyFor('groq', 'x', { metadata: { user_id } })
    expect(Object.keys(body).sort()).toEqual([
      'max_completion_tokens',
      'messages',
      'model',
      'stream',
    ])
  })
})
