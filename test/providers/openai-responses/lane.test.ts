import { afterEach, describe, expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import type { Block, MessagesBody } from '../../../src/messages/request.ts'
import { createOpenAIProvider, type OpenAISettings } from '../../../src/providers/openai.ts'
import { QUIRKS } from '../../../src/providers/openai-chat/quirks.ts'
import { createDocuments } from '../../../src/providers/translation/documents.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'
import type { Target } from '../../../src/routing/target.ts'
import { aTarget } from '../../routing/target.ts'
import { requestOf } from '../openai-chat/support.ts'

interface Asked {
  path: string
  body: Record<string, unknown>
}

const servers: { stop(force: boolean): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true)
})

/** A service that answers on both APIs, unless `refuse` gives the words of a refusal. */
function serve(refuse: (asked: Asked) => string | null = () => null, status = 400) {
  const asked: Asked[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = (await request.json()) as Record<string, unknown>
      const call = { path: new URL(request.url).pathname, body }
      asked.push(call)
      const message = refuse(call)
      if (message !== null) {
        return Response.json({ error: { message, type: 'invalid_request_error' } }, { status })
      }
      if (call.path.endsWith('/input_tokens')) return Response.json({ input_tokens: 51 })
      if (call.path.endsWith('/responses')) {
        const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }]
        return Response.json({ id: 'resp_1', status: 'completed', output })
      }
      return Response.json({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })
    },
  })
  servers.push(server)
  return { asked, baseUrl: `${server.url.origin}/v1` }
}

function providerAt(baseUrl: string, settings: Partial<OpenAISettings> = {}) {
  return createOpenAIProvider({
    name: 'openai',
    baseUrl,
    apiKey: 'sk-test',
    unusable: null,
    quirks: QUIRKS.openai,
    documents: createDocuments(),
    ...settings,
  })
}

function targetOf(model: string, changes: Partial<Target> = {}): Target {
  return aTarget({ provider: 'openai', model, region: null, ...changes })
}

function callOf(target: Target, body: Partial<MessagesBody> = {}) {
  return { request: requestOf(body), target, signal: new AbortController().signal }
}

describe('the API that is asked', () => {
  test.each([
    ['gpt-5.6-sol', 'auto', '/v1/responses'],
    ['gpt-5.4', 'auto', '/v1/responses'],
    ['gpt-6-luna', 'auto', '/v1/responses'],
    ['gpt-5.1-codex', 'auto', '/v1/responses'],
    ['o3-pro', 'auto', '/v1/responses'],
    ['o3', 'auto', '/v1/chat/completions'],
    ['gpt-5', 'auto', '/v1/chat/completions'],
    ['gpt-5.4-chat-latest', 'auto', '/v1/chat/completions'],
    ['gpt-4o', 'auto', '/v1/chat/completions'],
    ['gpt-4o', 'responses', '/v1/responses'],
    ['gpt-5.6-sol', 'chat', '/v1/chat/completions'],
  ] as const)('for %s with api: %s is %s', async (model, api, path) => {
    const { asked, baseUrl } = serve()
    await providerAt(baseUrl).messages(callOf(targetOf(model, { api })))
    expect(asked.map((each) => each.path)).toEqual([path])
  })

  test('is chosen by the model behind an id, for a service that has both', async () => {
    const { asked, baseUrl } = serve()
    const deployment = targetOf('my-deployment', { baseModel: 'gpt-5.6-sol' })
    await providerAt(baseUrl).messages(callOf(deployment))
    expect(asked).toMatchObject([
      { path: '/v1/responses', body: { model: 'my-deployment', reasoning: { summary: 'auto' } } },
    ])
  })

  test('is Chat Completions for the models of any other service', async () => {
    const { asked, baseUrl } = serve()
    const provider = providerAt(baseUrl, { quirks: QUIRKS.generic })
    await provider.messages(callOf(targetOf('gpt-5.6-sol')))
    expect(asked[0]?.path).toBe('/v1/chat/completions')
  })
})

describe('a service that sends Chat Completions to the other API', () => {
  const refuse = ({ path }: Asked) =>
    path.endsWith('/chat/completions')
      ? 'Function tools with reasoning_effort are not supported for gpt-7 in /v1/chat/completions. ' +
        "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
      : null

  test('is asked there in the same attempt, and at once from then on', async () => {
    const { asked, baseUrl } = serve(refuse)
    const provider = providerAt(baseUrl, { quirks: QUIRKS.generic })
    for (const stream of [true, false]) {
      const answer = await provider.messages(callOf(targetOf('gpt-7'), { stream }))
      expect(await answer.text()).toContain('Hi')
    }
    expect(asked.map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/v1/responses',
      '/v1/responses',
    ])
  })

  test('is not, where the config says chat', async () => {
    const { asked, baseUrl } = serve(refuse)
    const provider = providerAt(baseUrl, { quirks: QUIRKS.generic })
    const answer = provider.messages(callOf(targetOf('gpt-7', { api: 'chat' })))
    await expect(answer).rejects.toThrow('To use function tools')
    expect(asked).toHaveLength(1)
  })
})

test('a server without a Responses API is asked through Chat Completions, and found so once', async () => {
  const { asked, baseUrl } = serve(
    ({ path }) => (path.endsWith('/responses') ? 'Not Found' : null),
    404,
  )
  const provider = providerAt(baseUrl)
  for (let n = 0; n < 2; n++) await provider.messages(callOf(targetOf('gpt-5.6-sol')))
  expect(asked.map(({ path }) => path)).toEqual([
    '/v1/responses',
    '/v1/chat/completions',
    '/v1/chat/completions',
  ])
})

test('a deployment that is found at neither API says nothing about them', async () => {
  let isDeployed = false
  const { asked, baseUrl } = serve(
    () => (isDeployed ? null : 'The API deployment for this resource does not exist.'),
    404,
  )
  const provider = providerAt(baseUrl)
  const call = callOf(targetOf('my-deployment', { baseModel: 'gpt-5.6-sol' }))
  await expect(provider.messages(call)).rejects.toThrow('does not exist')
  isDeployed = true
  await provider.messages(call)
  expect(asked.at(-1)?.path).toBe('/v1/responses')
})

describe('what can be left out is left out where it is refused', () => {
  const target = targetOf('gpt-5.6-sol')

  test('summaries, for organizations that may not have them, from then on', async () => {
    const { asked, baseUrl } = serve(({ body }) =>
      JSON.stringify(body).includes('"summary"')
        ? 'Your organization must be verified to generate reasoning summaries.'
        : null,
    )
    const provider = providerAt(baseUrl)
    const output_config = { effort: 'low' }
    for (let nth = 0; nth < 2; nth++) await provider.messages(callOf(target, { output_config }))
    expect(asked.map(({ body }) => body.reasoning)).toEqual([
      { effort: 'low', summary: 'auto' },
      { effort: 'low' },
      { effort: 'low' },
    ])
  })

  test('encrypted thoughts, for models that have none', async () => {
    const { asked, baseUrl } = serve(({ body }) =>
      JSON.stringify(body).includes('reasoning.encrypted_content')
        ? 'Encrypted content is not supported with this model.'
        : null,
    )
    const provider = providerAt(baseUrl, { countsTokens: true })
    for (let nth = 0; nth < 2; nth++) await provider.messages(callOf(target))
    await provider.countTokens?.(callOf(target))
    expect(asked.map(({ body }) => body.include)).toEqual([
      ['reasoning.encrypted_content'],
      [],
      [],
      undefined,
    ])
  })

  test('thoughts that cannot be read any more, once', async () => {
    const { asked, baseUrl } = serve(({ body }) =>
      JSON.stringify(body).includes('foreign')
        ? 'The encrypted content for item rs_1 could not be verified.'
        : null,
    )
    const said = (encrypted_content: string): Partial<MessagesBody> => {
      const details = [{ type: 'reasoning', summary: [], encrypted_content }]
      const content: Block[] = [
        { type: 'thinking', thinking: '', signature: signThinking(target, details) },
        { type: 'text', text: 'Hi' },
      ]
      return {
        messages: [
          { role: 'assistant', content },
          { role: 'user', content: 'And?' },
        ],
      }
    }
    const provider = providerAt(baseUrl)
    for (const state of ['foreign', 'own']) await provider.messages(callOf(target, said(state)))
    expect(asked.map(({ body }) => (body.input as unknown[]).length)).toEqual([3, 2, 3])
    const counting = providerAt(baseUrl, { countsTokens: true })
    expect(await counting.countTokens?.(callOf(target, said('foreign')))).toBe(51)
  })

  test('and anything else is the client’s to hear of, after one request', async () => {
    const { asked, baseUrl } = serve(() => 'The encrypted content for item rs_1 could not be read.')
    const error = await providerAt(baseUrl)
      .messages(callOf(target))
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ProxyError)
    expect(error).toMatchObject({ details: { outcome: 'rejected' } })
    expect(asked).toHaveLength(1)
  })
})

test('extra_body stands over every request', async () => {
  const { asked, baseUrl } = serve()
  const extraBody = { service_tier: 'flex', store: true }
  await providerAt(baseUrl, { extraBody }).messages(callOf(targetOf('gpt-5.6-sol')))
  expect(asked[0]?.body).toMatchObject(extraBody)
})

describe('tokens', () => {
  test('are counted by OpenAI itself, whichever API answers', async () => {
    const { asked, baseUrl } = serve()
    const provider = providerAt(baseUrl, { countsTokens: true })
    for (const model of ['gpt-4.1-mini', 'gpt-5.6-sol']) {
      expect(await provider.countTokens?.(callOf(targetOf(model)))).toBe(51)
    }
    expect(asked.map(({ path }) => path)).toEqual(Array(2).fill('/v1/responses/input_tokens'))
    expect(Object.keys(asked[0]?.body ?? {})).toEqual(['model', 'input'])
  })

  test('are not counted where a gateway answers with a page, which is no defect of ours', async () => {
    const server = Bun.serve({ port: 0, fetch: () => new Response('<html>') })
    servers.push(server)
    const provider = providerAt(`${server.url.origin}/v1`, { countsTokens: true })
    const counting = provider.countTokens?.(callOf(targetOf('gpt-4.1-mini')))
    await expect(counting).rejects.toBeInstanceOf(ProxyError)
  })

  test('are not offered to be counted by anyone else', () => {
    expect(providerAt('http://127.0.0.1:9/v1').countTokens).toBeUndefined()
  })
})
