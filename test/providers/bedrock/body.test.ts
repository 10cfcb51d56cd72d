import { describe, expect, test } from 'bun:test'
import type { MessagesBody } from '../../../src/messages/request.ts'
import { bedrockBody } from '../../../src/providers/bedrock/body.ts'
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

/** Claude Code sends the same turn in both forms: what we make of one must be the other. */
describe.skipIf(!RECORDED)("Claude Code's own Bedrock mode is the oracle", () => {
  test.each([
    ['opus-5-5-first-turn', 'bedrock-opus-5-5-first-turn', OPUS],
    ['opus-5-5-tool-loop', 'bedrock-opus-5-5-tool-loop', OPUS],
    [
      'sonnet-4-5-no-inline-system',
      'bedrock-sonnet-4-5',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['sonnet-4-6-1m', 'bedrock-sonnet-4-6-1m', 'us.anthropic.claude-sonnet-4-6'],
  ])('%s becomes %s', async (ours, theirs, model) => {
    const from = (await recorded(`claude-code/${ours}`)).request
    const to = (await recorded(`claude-code/${theirs}`)).request.body
    const body = bedrockBody(
      { body: from.body as MessagesBody, headers: new Headers(from.headers) },
      model,
    )
    expect(Object.keys(body).sort()).toEqual(Object.keys(to).sort())
    expect(body.anthropic_version).toEqual(to.anthropic_version)
    expect(body.anthropic_beta).toEqual(to.anthropic_beta)
    expect(body.thinking).toEqual(to.thinking)
    expect(body.output_config).toEqual(to.output_config)
    expect(body.metadata).toEqual(to.metadata)
    expect(names(body.tools)).toEqual(names(to.tools))
    expect(shape(body.messages)).toEqual(shape(to.messages))
    // Less the billing line, which would spoil the prompt cache.
    expect(body.system).toHaveLength((to.system as unknown[]).length - 1)
  })
})

/** The prose of the recordings is elided to its length, which differs by a word or two. */
function shape(messages: unknown): unknown {
  return (messages as { role: string; content: string | { type: string }[] }[]).map(
    ({ role, content, ...rest }) => ({
      ...rest,
      role,
      content: typeof content === 'string' ? 'text' : content.map(({ type }) => type),
    }),
  )
}

function names(tools: unknown): unknown {
  return (tools as Record<string, unknown>[]).map(({ name, defer_loading, type }) => ({
    name,
    defer_loading,
    type,
  }))
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
