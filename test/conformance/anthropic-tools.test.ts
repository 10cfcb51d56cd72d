import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

let simulator: Simulator
let proxy: TestProxy

beforeEach(() => {
  simulator = startSimulator()
})
afterEach(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

const VARIANTS = {
  compatible: 'claude-sonnet-4-6',
  bedrock: 'us.anthropic.claude-opus-5-5',
  chat: 'gpt-4o',
  direct: 'claude-opus-5-5',
} as const
type Name = keyof typeof VARIANTS

/** One route over these, in this order; only `direct` has what Anthropic has. */
const start = async (names: readonly Name[], routing = '') => {
  const steps = names.map((name) => `{ name: ${name}, variants: [{ model: ${VARIANTS[name]} }] }`)
  proxy = await startTestProxy(`
providers:
  compatible: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-compatible }
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct, server_tools: true }
  bedrock: { region: us-west-2, endpoint: "${simulator.url}", api_key: key-of-bedrock }
  chat: { type: openai, base_url: "${simulator.url}/v1", api_key: key-of-chat }
routing:
  ${routing}
  models: [{ model: default, provider_sequence: [${steps.join(', ')}] }]
`)
}

const SEARCH = { type: 'web_search_20250305', name: 'web_search', max_uses: 8 }
const ask = (changes: object = {}, session = 'a') =>
  post(
    proxy.url,
    {
      ...{ model: 'opus', max_tokens: 100, tools: [SEARCH], tool_choice: { type: 'auto' } },
      messages: [{ role: 'user', content: 'Search the web for bun' }],
      ...changes,
    },
    { headers: { 'x-claude-code-session-id': session } },
  )

const reasonFor = async (response: Response) => {
  const { attempts } = await proxy.request(response.headers.get('request-id') ?? '')
  return attempts[0]?.reason
}

describe('a request for web search', () => {
  test('goes first to where that runs, and says so', async () => {
    await start(['bedrock', 'chat', 'direct'])
    const response = await ask()
    expect(response.headers.get('x-proxy-provider')).toBe('direct')
    expect(await reasonFor(response)).toBe('has web_search')
    expect(simulator.calls[0]?.body).toMatchObject({ tools: [SEARCH] })
    const other = await ask({ tools: undefined, tool_choice: undefined })
    expect(other.headers.get('x-proxy-provider')).toBe('bedrock')
  })

  test('leaves a warm cache for it', async () => {
    await start(['compatible', 'direct'])
    const cached = [{ type: 'text', text: 'x'.repeat(9000), cache_control: { type: 'ephemeral' } }]
    const warm = { system: cached, tools: undefined, tool_choice: undefined }
    expect((await ask(warm)).headers.get('x-proxy-provider')).toBe('compatible')
    expect(await reasonFor(await ask(warm))).toContain('in its cache')
    expect((await ask({ system: cached })).headers.get('x-proxy-provider')).toBe('direct')
  })

  test('is answered without it, and told so, where nobody else answers', async () => {
    await start(['bedrock', 'direct'])
    simulator.script(VARIANTS.direct, { kind: 'refuse', status: 529 })
    const response = await ask()
    expect(response.status).toBe(200)
    expect(response.headers.get('x-proxy-provider')).toBe('bedrock')
    expect(simulator.calls.at(-1)?.body).toMatchObject({
      system: expect.stringContaining('web_search'),
    })
  })

  test('stays in order where the config says so', async () => {
    await start(['bedrock', 'direct'], 'server_tools: remove')
    expect((await ask()).headers.get('x-proxy-provider')).toBe('bedrock')
  })

  test.each(['compatible', 'bedrock', 'chat'] as const)('is never silent on %s', async (name) => {
    await start([name])
    const history = [
      { role: 'user', content: 'Search the web for bun' },
      {
        role: 'assistant',
        content: [
          {
            type: 'server_tool_use',
            id: 'srvtoolu_1',
            name: 'web_search',
            input: { query: 'bun' },
          },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_1',
            content: [{ title: 'Bun' }],
          },
          { type: 'text', text: 'Bun is fast.' },
        ],
      },
      { role: 'user', content: 'And deno?' },
    ]
    expect((await ask({ messages: history, system: 'Be kind.' })).status).toBe(200)
    const { body, text } = simulator.calls[0] ?? { text: '' }
    expect(body).not.toHaveProperty('tools')
    expect(body).not.toHaveProperty('tool_choice')
    expect(text).toContain('Be kind.\\n\\nNot available in this conversation')
    expect(text).toContain('[Called web_search with {\\"query\\":\\"bun\\"}]')
    expect(text).not.toContain('server_tool_use')
  })
})
