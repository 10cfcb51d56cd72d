import { describe, expect, test } from 'bun:test'
import type { MessagesBody } from '../../../src/messages/request.ts'
import { bedrockBody } from '../../../src/providers/bedrock/body.ts'
import { withoutBillingLine } from '../../../src/providers/claude/billing.ts'
import { RECORDED, recorded } from '../../support/recorded.ts'

const request = (body: object, betas = '') => ({
  body: {
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'Hi' }],
    model: 'any',
    ...body,
  } as MessagesBody,
  headers: new Headers({ 'anthropic-beta': betas }),
})

const OPUS = 'us.anthropic.claude-opus-5-5'
const SONNET_4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'

const HAIKU_45 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'
const SONNET_45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

/** Claude Code sends the same turn in both forms: what we make of one must be the other. */
describe.skipIf(!RECORDED)("Claude Code's own Bedrock mode is the oracle", () => {
  test.each([
    ['opus-5-5-first-turn', 'bedrock-opus-5-5-first-turn', OPUS],
    ['opus-5-5-tool-loop', 'bedrock-opus-5-5-tool-loop', OPUS],
    ['sonnet-4-5-no-inline-system', 'bedrock-sonnet-4-5', SONNET_45],
    ['sonnet-4-5-no-inline-system', 'bedrock-haiku-4-5', HAIKU_45],
    ['sonnet-4-6-1m', 'bedrock-sonnet-4-6-1m', 'us.anthropic.claude-sonnet-4-6'],
  ])('%s becomes %s', async (ours, theirs, model) => {
    const made = await madeOf(ours, model)
    const { system, ...theirBody } = (await recorded(`claude-code/${theirs}`)).request.body
    // Less the billing line, which would spoil the prompt cache.
    const expected = { ...theirBody, system: (system as unknown[]).slice(1) }
    expect(plain(made)).toEqual(plain(expected))
  })

  test('tool-search-tool-reference becomes bedrock-tool-search', async () => {
    const made = await madeOf('tool-search-tool-reference', 'us.anthropic.claude-opus-4-8')
    const theirs = (await recorded('claude-code/bedrock-tool-search')).request.body
    const { anthropic_beta, thinking, tools, messages } = plain(made) as Record<string, unknown>
    const expected = plain(theirs) as typeof made
    // One was a turn of Opus 5.5, the other of 4.8, which is reminded of its tokens at the end.
    expect({ anthropic_beta, thinking, tools }).toEqual({
      anthropic_beta: expected.anthropic_beta,
      thinking: expected.thinking,
      tools: expected.tools,
    })
    expect(messages).toEqual(withMark((expected.messages as object[]).slice(0, -1)))
  })
})

async function madeOf(name: string, model: string): Promise<Record<string, unknown>> {
  const { body, headers } = (await recorded(`claude-code/${name}`)).request
  const fitted = withoutBillingLine(body as MessagesBody)
  return bedrockBody({ body: fitted, headers: new Headers(headers) }, model)
}

/**
 * A recording without what differs between two runs: prose, elided to its length (a path or a date
 * longer by a word), the client's own 1 h cache setting, and the order of keys.
 */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => {
      if (key === 'ttl') return undefined
      return typeof member === 'string' ? member.replace(/^<elided \d+ chars>$/, '<prose>') : member
    }),
  )
}

/** The last block of a conversation carries the mark of the cache. */
function withMark(messages: object[]): unknown {
  const last = messages.at(-1) as { content: object[] }
  const block = { ...last.content.at(-1), cache_control: { type: 'ephemeral' } }
  return [...messages.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), block] }]
}

test('a beta that Bedrock does not know is never sent: one fails the whole request', () => {
  const { body, headers } = request({}, 'oauth-2025-04-20,files-api-2025-04-14')
  expect(bedrockBody({ body, headers }, OPUS).anthropic_beta).toBeUndefined()
})

test('cache marks keep what the model takes', () => {
  const cache_control = { type: 'ephemeral', ttl: '1h', scope: 'global' }
  const system = [{ type: 'text', text: 'Be kind.', cache_control }]
  expect(bedrockBody(request({ system }), OPUS).system).toEqual([
    { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ])
  expect(bedrockBody(request({ system }), SONNET_4).system).toEqual([
    { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } },
  ])
})

test('a schema may have a property called cache_control', () => {
  const input_schema = { type: 'object', properties: { cache_control: { scope: 'x' } } }
  const { tools } = bedrockBody(request({ tools: [{ name: 'Read', input_schema }] }), OPUS)
  expect(tools).toEqual([{ name: 'Read', input_schema }])
})

test('server tools go, and the choice of a tool with the last of them', () => {
  const body = bedrockBody(
    request({
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      tool_choice: { type: 'auto' },
    }),
    OPUS,
  )
  expect(body).not.toHaveProperty('tools')
  expect(body).not.toHaveProperty('tool_choice')
})

test('the same conversation, one turn longer, begins with the same words', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'system', content: 'Remember.' },
    { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
    { role: 'user', content: 'Again' },
  ]
  for (const model of [OPUS, SONNET_4]) {
    const before = bedrockBody(request({ messages: messages.slice(0, 3) }), model).messages
    const after = bedrockBody(request({ messages }), model).messages
    expect((after as unknown[]).slice(0, 3)).toEqual(before as unknown[])
  }
})

describe('what only the Claude API has goes, and nothing else', () => {
  test.each([
    { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
    { cache_control: { type: 'ephemeral' } },
    { service_tier: 'auto' },
    { speed: 'fast' },
    { container: 'c' },
    { diagnostics: { previous_message_id: 'msg_1' } },
    { inference_geo: 'us' },
    { mcp_servers: [{ type: 'url', url: 'https://mcp.example', name: 'm' }] },
    { fallbacks: [{ model: 'claude-opus-4-8' }] },
    { stream: true },
    { novelty: 1 },
  ])('%j', (field) => {
    expect(bedrockBody(request(field), OPUS)).toEqual(bedrockBody(request({}), OPUS))
  })

  test('and metadata stays', () => {
    const metadata = { user_id: '{"session_id":"s"}' }
    expect(bedrockBody(request({ metadata }), OPUS)).toHaveProperty('metadata', metadata)
  })

  test.each([OPUS, SONNET_4])("a turn's own settings, on %s", (model) => {
    const turn = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }
    const set = { ...turn, output_config: { effort: 'low' }, clear_at: 1 }
    expect(bedrockBody(request({ messages: [set] }), model).messages).toEqual([turn] as never)
  })

  test('changes of the tools in the conversation', () => {
    const change = { type: 'tool_addition', tool: { type: 'tool_reference', name: 'a' } }
    const note = { type: 'text', text: 'Remember.' }
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [change] },
      { role: 'system', content: [change, note] },
    ]
    expect(bedrockBody(request({ messages }), OPUS).messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [note] },
    ])
  })
})

describe('thinking', () => {
  const thinking = { type: 'adaptive', display: 'omitted', block_binding: { x: 1 } }
  test.each([
    [OPUS, { type: 'adaptive', display: 'omitted' }],
    ['us.anthropic.claude-opus-4-7', { type: 'adaptive', display: 'omitted' }],
    ['us.anthropic.claude-opus-4-6-v1', { type: 'adaptive' }],
    [SONNET_45, { type: 'enabled', budget_tokens: 2999 }],
  ])('of %s is %j', (model, expected) => {
    const sent = bedrockBody(request({ thinking, max_tokens: 3000 }), model).thinking
    expect(sent).toEqual(expected)
  })
})

describe('effort', () => {
  const output_config = { effort: 'high' }
  test.each([
    [OPUS, output_config, undefined],
    ['us.anthropic.claude-sonnet-4-6', output_config, undefined],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', output_config, ['effort-2025-11-24']],
    [SONNET_45, undefined, undefined],
    [SONNET_4, undefined, undefined],
  ])('on %s', (model, config, betas) => {
    const body = bedrockBody(request({ output_config }), model)
    expect(body.output_config).toEqual(config as never)
    expect(body.anthropic_beta).toEqual(betas as never)
  })
})

test('a format of the answer is asked for in words, behind what is cached', () => {
  const schema = { type: 'object', properties: { title: { type: 'string' } } }
  const format = { type: 'json_schema', schema }
  const cached = { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }
  const asked = (system: unknown) =>
    bedrockBody(request({ system, output_config: { format } }), OPUS).system as { text: string }[]
  expect(asked([cached])[0]).toEqual(cached as never)
  expect(asked([cached])[1]?.text).toEndWith(JSON.stringify(schema))
  expect(asked('Be kind.')[0]?.text).toBe('Be kind.')
  expect(asked(undefined)).toHaveLength(1)
  const older = bedrockBody(request({ output_format: format }), OPUS)
  expect(older.system).toEqual(asked(undefined) as never)
  expect(older).not.toHaveProperty('output_format')
})

describe('the options of a tool', () => {
  const tool = {
    name: 'Read',
    description: 'Reads.',
    input_schema: { type: 'object' },
    cache_control: { type: 'ephemeral' },
    strict: true,
    defer_loading: true,
    input_examples: [{ a: 1 }],
    eager_input_streaming: true,
    allowed_callers: ['direct'],
  }
  const { name, description, input_schema, cache_control } = tool
  const plainTool = { name, description, input_schema, cache_control }
  const SEARCH = 'tool-search-tool-2025-10-19'
  const STRICT = 'structured-outputs-2025-12-15'
  test.each([
    [OPUS, { ...plainTool, strict: true, defer_loading: true }, [SEARCH, STRICT]],
    [
      'anthropic.claude-opus-4-5-20251101-v1:0',
      { ...plainTool, strict: true, defer_loading: true, input_examples: [{ a: 1 }] },
      [SEARCH, 'tool-examples-2025-10-29', STRICT],
    ],
    [SONNET_4, plainTool, undefined],
  ])('on %s', (model, expected, betas) => {
    const body = bedrockBody(request({ tools: [tool] }), model)
    expect(body.tools).toEqual([expected] as never)
    expect(body.anthropic_beta).toEqual(betas as never)
  })

  test('are no names that every object has', () => {
    const tool = JSON.parse(
      '{"name":"a","input_schema":{},"__proto__":{},"valueOf":1,"toString":1}',
    )
    const { tools } = bedrockBody(request({ tools: [tool] }), OPUS)
    expect(JSON.stringify(tools)).toBe('[{"name":"a","input_schema":{}}]')
  })

  test('that the client runs by its type stay, but for those the model lacks', () => {
    const tools = [
      { type: 'bash_20250124', name: 'bash' },
      { type: 'computer_20250124', name: 'computer', display_width_px: 1024 },
      { type: 'memory_20250818', name: 'memory' },
      { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
    ]
    expect(bedrockBody(request({ tools }), OPUS).tools).toEqual(tools)
    expect(bedrockBody(request({ tools }), SONNET_4).tools).toEqual(tools.slice(0, 2))
    const betas = 'computer-use-2025-01-24,advanced-tool-use-2025-11-20'
    expect(bedrockBody(request({ tools }, betas), OPUS).anthropic_beta).toEqual([
      SEARCH,
      'context-management-2025-06-27',
      'computer-use-2025-01-24',
    ])
  })
})

test('what a tool search found is named in words where the model cannot search', () => {
  const found = { type: 'tool_reference', tool_name: 'WebFetch' }
  const result = (content: object[]) => [
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] },
  ]
  const messages = result([found])
  const current = bedrockBody(request({ messages }), OPUS)
  expect(current.messages).toEqual(messages)
  expect(current.anthropic_beta).toEqual(['tool-search-tool-2025-10-19'])
  const older = bedrockBody(request({ messages }), SONNET_4)
  expect(older.messages).toEqual(
    result([{ type: 'text', text: '[The tool WebFetch is available.]' }]),
  )
  expect(older).not.toHaveProperty('anthropic_beta')
})

describe('the window of a million tokens', () => {
  test.each([
    [SONNET_4, true],
    [SONNET_45, true],
    ['us.anthropic.claude-sonnet-4-6', true],
    ['us.anthropic.claude-opus-4-6-v1', true],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', false],
    [HAIKU_45, false],
    [OPUS, false],
  ])('of %s needs a flag: %p', (model, isNeeded) => {
    const flag = 'context-1m-2025-08-07'
    const betas = bedrockBody(request({}, flag), model).anthropic_beta
    expect(betas).toEqual((isNeeded ? [flag] : undefined) as never)
  })
})

test('what Bedrock cannot fetch is named in its place, with its mark', () => {
  const cache_control = { type: 'ephemeral' }
  const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
  const file = { type: 'document', source: { type: 'file', file_id: 'file_1' }, cache_control }
  const upload = { type: 'container_upload', file_id: 'file_2' }
  const inline = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'x' } }
  const blocks = [image, file, upload, inline]
  const notes = [
    { type: 'text', text: '[The image at https://a.example/b.png cannot be shown here.]' },
    { type: 'text', text: '[The document file_1 cannot be shown here.]', cache_control },
    { type: 'text', text: '[The file file_2 cannot be shown here.]' },
    inline,
  ]
  const messages = (content: object[]) => [
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }, ...content] },
  ]
  const sent = bedrockBody(request({ messages: messages(blocks) }), OPUS).messages
  expect(sent).toEqual(messages(notes))
})
