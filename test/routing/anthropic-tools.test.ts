import { describe, expect, test } from 'bun:test'
import type { MessagesBody, Tool } from '../../src/messages/request.ts'
import { missingTools, withoutMissingTools } from '../../src/routing/anthropic-tools.ts'

const body = (changes: Partial<MessagesBody>): MessagesBody => ({
  model: 'any',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'What is new?' }],
  ...changes,
})

const SEARCH: Tool = { type: 'web_search_20250305', name: 'web_search' }
const CODE: Tool = { type: 'code_execution_20260120', name: 'code_execution' }
const READ: Tool = { name: 'Read', input_schema: { type: 'object' } }

const nothing = () => false
const everything = () => true
const fit = (changes: Partial<MessagesBody>, knows = nothing as (name: string) => boolean) =>
  withoutMissingTools(body(changes), knows)

test('a request that misses nothing stays the very same object', () => {
  const asked = body({ tools: [READ, { ...READ, type: 'custom', name: 'Write' }] })
  expect(withoutMissingTools(asked, nothing)).toBe(asked)
  const searching = body({ tools: [READ, SEARCH], tool_choice: { type: 'any' } })
  expect(withoutMissingTools(searching, everything)).toBe(searching)
})

describe('what is not there', () => {
  test('goes, and the model is told behind what the client wrote', () => {
    const { tools, system } = fit({ tools: [READ, SEARCH, CODE], system: 'Be kind.' })
    expect(tools).toEqual([READ])
    expect(system).toStartWith('Be kind.\n\n')
    expect(system).toContain('web_search, code_execution')
  })

  test('is told in a block of its own where there are blocks, and by itself where is nothing', () => {
    const first = { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }
    expect(fit({ tools: [SEARCH], system: [first] }).system).toEqual([
      first,
      { type: 'text', text: expect.stringContaining('web_search') },
    ])
    expect(fit({ tools: [SEARCH] }).system).toContain('web_search')
  })

  test('takes the list and the choice with it when nothing is left', () => {
    const fitted = fit({ tools: [SEARCH], tool_choice: { type: 'tool', name: 'web_search' } })
    expect(fitted).not.toHaveProperty('tools')
    expect(fitted).not.toHaveProperty('tool_choice')
  })

  test.each([
    [
      { type: 'tool', name: 'web_search', disable_parallel_tool_use: true },
      { type: 'auto', disable_parallel_tool_use: true },
    ],
    [
      { type: 'tool', name: 'Read' },
      { type: 'tool', name: 'Read' },
    ],
    [{ type: 'any' }, { type: 'any' }],
  ])('leaves of the choice %j what still can be chosen', (tool_choice, left) => {
    expect(fit({ tools: [READ, SEARCH], tool_choice }).tool_choice).toEqual(left)
  })

  test('leaves the order of the members as it was', () => {
    const asked = body({ system: 'a', tools: [SEARCH, READ], temperature: 1 })
    expect(Object.keys(withoutMissingTools(asked, nothing))).toEqual(Object.keys(asked))
  })

  test('takes the servers of MCP and the container with it', () => {
    const toolset = { type: 'mcp_toolset', mcp_server_name: 'github' }
    const asked = {
      ...body({ tools: [toolset, CODE] }),
      mcp_servers: [{ name: 'github' }],
      container: 'c_1',
    }
    const fitted = withoutMissingTools(asked, nothing)
    expect(Object.keys(fitted)).toEqual(['model', 'max_tokens', 'messages', 'system'])
    expect(fitted.system).toContain('the tools of github')
  })

  test('is nothing that is lost where it was the search for other tools', () => {
    const search = { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' }
    const asked = body({ tools: [search, { ...READ, defer_loading: true }], system: 'a' })
    expect(missingTools(asked, nothing)).toEqual([])
    expect(withoutMissingTools(asked, nothing)).toEqual({ ...asked, tools: [READ] })
    expect(withoutMissingTools(asked, (name) => name === 'tool_search')).toBe(asked)
  })

  test('may be what only Claude was taught', () => {
    const bash = { type: 'bash_20250124', name: 'bash' }
    expect(missingTools(body({ tools: [bash] }), nothing)).toEqual(['bash'])
    expect(missingTools(body({ tools: [bash] }), (name) => name === 'bash')).toEqual([])
  })
})

describe('what server tools gave in earlier turns', () => {
  const searched = [
    { type: 'text', text: 'Let me look.' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'bun' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [
        {
          type: 'web_search_result',
          title: 'Bun',
          url: 'https://bun.sh',
          encrypted_content: 'EqQ',
        },
      ],
    },
    { type: 'text', text: 'It is fast.', citations: [{ encrypted_index: 'Eo8' }] },
    { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
  ]
  const messages: MessagesBody['messages'] = [
    { role: 'user', content: 'What is bun?' },
    { role: 'assistant', content: searched },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] },
  ]

  test('becomes text in its place', () => {
    const fitted = fit({ messages }).messages
    expect(fitted[1]?.content).toEqual([
      { type: 'text', text: 'Let me look.' },
      { type: 'text', text: '[Called web_search with {"query":"bun"}]' },
      {
        type: 'text',
        text: '[web search tool result: [{"type":"web_search_result","title":"Bun","url":"https://bun.sh"}]]',
      },
      { type: 'text', text: 'It is fast.' },
      { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
    ])
    expect(fitted[0]).toBe(messages[0])
    expect(fitted[2]).toBe(messages[2])
  })

  test('stays where the tool is known', () => {
    const asked = body({ messages })
    expect(withoutMissingTools(asked, (name) => name === 'web_search')).toBe(asked)
  })

  test.each([
    ['bash_code_execution_tool_result', 'code_execution'],
    ['tool_search_tool_result', 'tool_search'],
    ['mcp_tool_result', 'mcp'],
  ])('%s belongs to %s', (type, tool) => {
    const blocks = [{ type, tool_use_id: 'srvtoolu_1', content: { stdout: 'hi' } }]
    const asked = body({ messages: [{ role: 'assistant', content: blocks }] })
    expect(withoutMissingTools(asked, (name) => name === tool)).toBe(asked)
    expect(withoutMissingTools(asked, nothing)).not.toBe(asked)
  })
})
