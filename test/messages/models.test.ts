import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post, sdkFor } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'

interface Listed {
  id: string
  display_name: string
  description: string
  max_input_tokens: number | null
  max_tokens: number | null
}

let simulator: Simulator
let proxy: TestProxy

const BEDROCK_OPUS = 'us.anthropic.claude-opus-4-1-20250805-v1:0'

beforeAll(async () => {
  simulator = startSimulator()
  proxy = await startTestProxy(`
providers:
  bedrock: { region: us-west-2, endpoint: "${simulator.url}", api_key: key-of-bedrock }
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: key-of-direct }
  groq: { base_url: "${simulator.url}/v1", api_key: key-of-groq }
  waiting: { type: anthropic, base_url: "${simulator.url}", api_key: "\${NOT_SET}" }
routing:
  models:
    - model: default
      provider_sequence:
        - { name: bedrock, variants: [{ model: "${BEDROCK_OPUS}" }] }
        - { name: direct, variants: [{ model: claude-opus-4-1-20250805 }] }
        - { name: groq, variants: [{ model: openai/gpt-oss-120b }] }
    - { model: claude-opus-5-5, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-5-5 }] }] }
    - { model: sonnet, provider_sequence: [{ name: direct, variants: [{ model: claude-sonnet-4-6 }] }] }
    - { model: fast, provider_sequence: [{ name: waiting, variants: [{ model: claude-haiku-5-5 }] }, { name: groq, variants: [{ model: llama-3.3-70b-versatile }] }] }
    - { model: small, provider_sequence: [{ name: direct, variants: [{ model: claude-haiku-4-5, context_window: 50k }] }] }
`)
})
afterAll(async () => {
  await proxy.stop(0)
  await simulator.stop()
})

async function list(query = '?limit=1000', url = proxy.url): Promise<Listed[]> {
  const response = await fetch(`${url}/v1/models${query}`)
  return ((await response.json()) as { data: Listed[] }).data
}

async function listed(id: string): Promise<Listed | undefined> {
  return (await list()).find((model) => model.id === id)
}

describe('the list of models', () => {
  test('is read by the official SDK to its end, page by page', async () => {
    const ids: string[] = []
    for await (const model of sdkFor(proxy.url).models.list({ limit: 2 })) ids.push(model.id)
    expect(ids).toEqual((await list()).map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('goes back from a model, too', async () => {
    const all = (await list()).map(({ id }) => id)
    const page = await sdkFor(proxy.url).models.list({ limit: 2, before_id: all[3] ?? '' })
    expect(page.data.map(({ id }) => id)).toEqual(all.slice(1, 3))
    expect(page).toMatchObject({ has_more: true, first_id: all[1], last_id: all[2] })
  })

  test('has routes, and the models a client would get by their own name', async () => {
    const ids = (await list()).map(({ id }) => id)
    expect(ids).toContain('sonnet')
    expect(ids).toContain(BEDROCK_OPUS)
    // The second of a chain, whose id leads to the first.
    expect(ids).not.toContain('claude-opus-4-1-20250805')
    expect(ids).not.toContain('default')
  })

  test('is one that the official SDK finds complete', async () => {
    expect(await sdkFor(proxy.url).models.retrieve('claude-opus-5-5')).toMatchObject({
      type: 'model',
      id: 'claude-opus-5-5',
      display_name: 'Claude Opus 5.5 (direct)',
      created_at: '1970-01-01T00:00:00Z',
      lifecycle: 'active',
      line: 'opus',
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      deprecated_at: null,
      retires_at: null,
      capabilities: null,
    })
  })

  test('says in words where a request goes', async () => {
    expect(await listed('claude-proxy/default')).toMatchObject({
      display_name: 'default: Claude Opus 4.1 (bedrock, 2 more)',
      description: `bedrock/${BEDROCK_OPUS}@us-west-2, then direct/claude-opus-4-1-20250805, then groq/openai/gpt-oss-120b`,
      created_at: '2025-08-05T00:00:00Z',
    })
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=many', 'limit'],
    ['after_id=nobody', 'nobody'],
    ['before_id=nobody', 'nobody'],
    ['after_id=sonnet&before_id=sonnet', 'only one'],
  ])('is refused for ?%s', async (query, word) => {
    const response = await fetch(`${proxy.url}/v1/models?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(word) },
    })
  })
})

describe('the window of a model', () => {
  test.each([
    ['claude-opus-5-5', 1_000_000, 128_000],
    ['claude-proxy/default', 200_000, 32_000],
    ['sonnet', 200_000, 64_000],
    ['sonnet[1m]', 1_000_000, 64_000],
    ['small', 50_000, 64_000],
  ])('%s is that of its first target', async (id, input, output) => {
    expect(await listed(id)).toMatchObject({ max_input_tokens: input, max_tokens: output })
  })

  test('is that of the first that can be used', async () => {
    expect(await listed('fast')).toMatchObject({
      display_name: 'fast: llama-3.3-70b-versatile (groq, 1 more)',
      max_input_tokens: 131_072,
      max_tokens: null,
    })
  })

  test('is marked [1m] where it is a million, and nowhere else', async () => {
    const marked = (await list()).map(({ id }) => id).filter((id) => id.endsWith('[1m]'))
    expect(marked).toEqual([
      'claude-opus-5-5[1m]',
      'sonnet[1m]',
      'claude-proxy/sonnet[1m]',
      'claude-sonnet-4-6[1m]',
    ])
  })
})

describe('the discovery of Claude Code', () => {
  test('finds every route by a name with claude in it', async () => {
    const seen = (await list()).map(({ id }) => id).filter((id) => /claude|anthropic/.test(id))
    for (const id of ['claude-proxy/default', 'claude-proxy/fast', 'claude-proxy/sonnet']) {
      expect(seen).toContain(id)
    }
    expect(seen).not.toContain('claude-proxy/claude-opus-5-5')
  })

  test.each([
    ['claude-proxy/default', BEDROCK_OPUS],
    ['claude-proxy/sonnet', 'claude-sonnet-4-6'],
    ['claude-proxy/sonnet[1m]', 'claude-sonnet-4-6'],
  ])('finds nothing that does not work: %s', async (model, served) => {
    const messages = [{ role: 'user', content: 'Hi' }]
    const response = await post(proxy.url, { model, max_tokens: 10, messages })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-proxy-model')).toBe(served)
  })
})

describe('a model that is asked for with [1m]', () => {
  async function betasFor(model: string, beta?: string): Promise<string | null> {
    const arrival = simulator.nextCall()
    const headers = beta === undefined ? {} : { 'anthropic-beta': beta }
    const messages = [{ role: 'user', content: 'Hi' }]
    await (await post(proxy.url, { model, max_tokens: 10, messages }, { headers })).text()
    return (await arrival).headers.get('anthropic-beta')
  }

  test('gets the beta it needs, once', async () => {
    expect(await betasFor('sonnet[1m]')).toBe('context-1m-2025-08-07')
    expect(await betasFor('sonnet[1m]', 'effort-2025-11-24')).toBe(
      'effort-2025-11-24, context-1m-2025-08-07',
    )
    const both = 'effort-2025-11-24,context-1m-2025-08-07'
    expect(await betasFor('sonnet[1m]', both)).toBe(both)
  })

  test('gets none where it takes a million anyway, or was not asked for it', async () => {
    expect(await betasFor('claude-opus-5-5[1m]')).toBeNull()
    expect(await betasFor('sonnet')).toBeNull()
  })
})

describe('any id', () => {
  test('is found that would be served, and not found that would be refused', async () => {
    const anyone = await fetch(`${proxy.url}/v1/models/gpt-5`)
    expect(await anyone.json()).toMatchObject({ id: 'gpt-5', max_input_tokens: 200_000 })
    const strict = await startTestProxy(`
providers: { direct: { type: anthropic, base_url: "${simulator.url}", api_key: any-key } }
routing: { models: [{ model: opus, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-5-5 }] }] }] }
`)
    const refused = await fetch(`${strict.url}/v1/models/gpt-5`)
    expect(refused.status).toBe(404)
    expect(await refused.json()).toMatchObject({
      error: { type: 'not_found_error', message: 'model: gpt-5' },
    })
    await strict.stop(0)
  })

  test('that goes through to Anthropic is one of its current ids', async () => {
    const off = await startTestProxy(
      `providers: { direct: { type: anthropic, base_url: "${simulator.url}", api_key: any-key } }`,
    )
    const models = await list('?limit=1000', off.url)
    expect(models).toContainEqual(
      expect.objectContaining({ id: 'claude-sonnet-5-5[1m]', max_input_tokens: 1_000_000 }),
    )
    await off.stop(0)
  })

  test('is not one that only another provider has', async () => {
    const mixed = await startTestProxy(`
providers:
  direct: { type: anthropic, base_url: "${simulator.url}", api_key: any-key }
  groq: { base_url: "${simulator.url}/v1", api_key: any-key }
routing:
  models:
    - { model: fast, provider_sequence: [{ name: groq, variants: [{ model: openai/gpt-oss-120b }] }] }
    - { model: default, provider_sequence: [{ name: direct }] }
`)
    const ids = (await list('?limit=1000', mixed.url)).map(({ id }) => id)
    expect(ids).toContain('fast')
    expect(ids).toContain('claude-opus-5-5')
    expect(ids).not.toContain('openai/gpt-oss-120b')
    await mixed.stop(0)
  })

  test('goes through to others unlisted: nobody knows what they have', async () => {
    const off = await startTestProxy(
      `providers: { groq: { base_url: "${simulator.url}/v1", api_key: any-key } }`,
    )
    expect(await list('', off.url)).toEqual([])
    await off.stop(0)
  })
})
