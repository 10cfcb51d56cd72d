import { describe, expect, test } from 'bun:test'
import type { ClientRequest, MessagesBody } from '../../../src/messages/request.ts'
import { isStrippable, without } from '../../../src/providers/claude/strip.ts'

function asked(body: object, betas = ''): ClientRequest {
  const whole = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }], ...body }
  const text = JSON.stringify(whole)
  const headers = new Headers(betas ? { 'anthropic-beta': betas } : {})
  const bytes = new TextEncoder().encode(text)
  return { text, bytes, body: whole as MessagesBody, headers, search: '' }
}

test('a request that has none of it stays the very same', () => {
  const request = asked({ metadata: { user_id: 'a' } }, 'a-2025-01-01')
  const strips = ['context_management', 'tools.strict', 'beta:b-2025-01-01', 'tool:memory_20250818']
  expect(without(request, strips)).toBe(request)
  expect(without(request, [])).toBe(request)
})

describe('what goes is exactly', () => {
  const mark = { type: 'ephemeral', scope: 'global' }
  const scope = { properties: { scope: { cache_control: mark } } }
  const body = {
    scope: 'mine',
    output_config: { effort: 'low' },
    system: [{ type: 'text', text: 'Be kind.', cache_control: mark }],
    tools: [
      { name: 'a', strict: true, input_schema: scope, cache_control: mark },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    messages: [
      { role: 'system', content: 'x', output_config: { effort: 'low' } },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 't', name: 'a', input: { strict: true, scope: mark } }],
      },
    ],
  }
  const plain = { type: 'ephemeral' }

  test.each<[strip: string, left: object]>([
    ['scope', { ...body, scope: undefined }],
    ['output_config', { ...body, output_config: undefined }],
    [
      'messages.output_config',
      { ...body, messages: [{ role: 'system', content: 'x' }, body.messages[1]] },
    ],
    [
      'cache_control.scope',
      {
        ...body,
        system: [{ type: 'text', text: 'Be kind.', cache_control: plain }],
        tools: [{ ...body.tools[0], cache_control: plain }, body.tools[1]],
      },
    ],
    [
      'tools.strict',
      {
        ...body,
        tools: [{ name: 'a', input_schema: scope, cache_control: mark }, body.tools[1]],
      },
    ],
    ['beta:structured-outputs-2025-12-15', without(asked(body), ['tools.strict']).body],
    ['tool:web_search_20250305', { ...body, tools: [body.tools[0]] }],
  ])('%s', (strip, left) => {
    const stripped = without(asked(body), [strip])
    const expected = JSON.parse(JSON.stringify({ ...asked({}).body, ...left }))
    expect(stripped.body as unknown).toEqual(expected)
    expect(JSON.parse(stripped.text)).toEqual(expected)
    expect(new TextDecoder().decode(stripped.bytes)).toBe(stripped.text)
  })
})

test('a flag goes from the header, and the header with the last one', () => {
  const betas = 'a-2025-01-01, b-2025-01-01'
  const left = (strip: string) => without(asked({}, betas), [strip]).headers.get('anthropic-beta')
  expect(left('beta:a-2025-01-01')).toBe('b-2025-01-01')
  expect(left('beta:*')).toBeNull()
})

test('a choice goes with the tool that was chosen', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' }
  const own = { name: 'a', input_schema: {} }
  const left = (tools: object[], tool_choice: object) =>
    without(asked({ tools, tool_choice }), ['tool:web_search_20250305']).body
  expect(left([search], { type: 'auto' })).not.toHaveProperty('tool_choice')
  expect(left([search, own], { type: 'tool', name: 'web_search' })).not.toHaveProperty(
    'tool_choice',
  )
  expect(left([search, own], { type: 'tool', name: 'a' }).tool_choice).toEqual({
    type: 'tool',
    name: 'a',
  })
})

test.each(['messages', 'tools', 'messages.content', 'content.text'])(
  'nothing is asked without %s',
  (strip) => {
    expect(isStrippable(strip)).toBe(false)
  },
)
