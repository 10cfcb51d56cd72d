import { afterEach, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { ProxyError } from '../../src/errors.ts'
import { QUIRKS } from '../../src/providers/openai-chat/quirks.ts'
import { callOf, providerAt } from './openai-chat/support.ts'

const servers: { stop(force: boolean): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true)
})

function serve(answer: (request: Request) => Response | Promise<Response>) {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer })
  servers.push(server)
  return server
}

function sse(text: string | ReadableStream): Response {
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } })
}

function data(...chunks: unknown[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
}

const say = (content: string, finish_reason: string | null = null) => ({
  id: 'c1',
  model: 'served',
  choices: [{ index: 0, delta: { content }, finish_reason }],
})

async function failureOf(run: () => Promise<unknown>): Promise<ProxyError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof ProxyError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** What the official client makes of a stream of ours. */
async function accumulate(response: Response) {
  const server = serve(() => response)
  const client = new Anthropic({ apiKey: 'x', baseURL: server.url.origin, maxRetries: 0 })
  const stream = client.messages.stream({
    model: 'm',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  return await stream.finalMessage()
}

describe('what goes upstream', () => {
  test('is the translated request with our key, and no header or variable of anyone else', async () => {
    const seen: { path: string; headers: Headers; body: unknown }[] = []
    const server = serve(async (request) => {
      seen.push({
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: await request.json(),
      })
      return Response.json({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })
    })
    const foreign = {
      OPENAI_ORG_ID: 'org-mine',
      OPENAI_PROJECT_ID: 'p',
      OPENAI_ADMIN_KEY: 'admin',
      OPENAI_CUSTOM_HEADERS: 'Authorization: Bearer stolen\nx-secret: 1',
    }
    Object.assign(process.env, foreign)
    try {
      const provider = providerAt(server, { extraBody: { seed: 7 } })
      await (await provider.messages(callOf({}))).json()
      await (await providerAt(server, { apiKey: null }).messages(callOf({}))).json()
    } finally {
      for (const name of Object.keys(foreign)) delete process.env[name]
    }
    const [first, second] = seen
    expect(first?.path).toBe('/v1/chat/completions')
    expect(first?.body).toMatchObject({ model: 'gpt-oss-120b', seed: 7 })
    expect(first?.headers.get('authorization')).toBe('Bearer sk-test')
    expect(first?.headers.get('user-agent')).toMatch(/^claude-proxy\/\d/)
    expect(second?.headers.has('authorization')).toBe(false)
    for (const name of ['openai-organization', 'openai-project', 'x-secret', 'x-stainless-lang']) {
      expect(first?.headers.has(name)).toBe(false)
    }
  })

  test('goes to the endpoint of the target where it has one', async () => {
    const server = serve(() =>
      Response.json({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }),
    )
    const provider = providerAt({ url: new URL('http://127.0.0.1:9') })
    const response = await provider.messages(
      callOf({}, { endpoint: `${server.url.origin}/other/v1` }),
    )
    expect(response.status).toBe(200)
  })
})

describe('a stream', () => {
  test('reaches the client while the upstream is still talking', async () => {
    let finishUpstream = () => {}
    const server = serve(() => {
      return sse(
        new ReadableStream({
          start(controller) {
            controller.enqueue(data(say('Hel')))
            finishUpstream = () => {
              controller.enqueue(`${data(say('lo', 'stop'))}data: [DONE]\n\n`)
              controller.close()
            }
          },
        }),
      )
    })
    const response = await providerAt(server).messages(callOf({ stream: true }))
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('Hel')) text += (await reader?.read())?.value ?? ''
    finishUpstream()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      text += part.value
    expect(text).toContain('event: message_stop\n')
    expect(text.indexOf('event: message_start\ndata: {')).toBe(0)
  })

  /** An upstream that says one word and then nothing; resolves when it is left. */
  function silentUpstream() {
    const { promise: left, resolve } = Promise.withResolvers<void>()
    const server = serve((request) => {
      request.signal.addEventListener('abort', () => resolve())
      return sse(new ReadableStream({ start: (controller) => controller.enqueue(data(say('Hi'))) }))
    })
    return { server, left }
  }

  test('that is cancelled leaves the upstream, though it is silent', async () => {
    const { server, left } = silentUpstream()
    const response = await providerAt(server).messages(callOf({ stream: true }))
    const reader = response.body?.getReader()
    for (let at = 0; at < 3; at++) await reader?.read()
    void reader?.read()
    await reader?.cancel()
    await left
  })

  test('ends with the reason its signal is aborted with', async () => {
    const { server, left } = silentUpstream()
    const controller = new AbortController()
    const response = await providerAt(server).messages(
      callOf({ stream: true }, { signal: controller.signal }),
    )
    const silence = new ProxyError('timeout_error', 'silent', { outcome: 'silent' })
    const reading = failureOf(() => response.text())
    controller.abort(silence)
    expect(await reading).toBe(silence)
    await left
  })

  test('is aborted before there is an answer, too', async () => {
    const controller = new AbortController()
    const gone = new ProxyError('client_closed', 'gone', { outcome: 'aborted' })
    const server = serve(() => {
      controller.abort(gone)
      return new Promise<Response>(() => {})
    })
    expect(
      await failureOf(() => providerAt(server).messages(callOf({}, { signal: controller.signal }))),
    ).toBe(gone)
  })

  test('may be answered in one piece', async () => {
    const server = serve(() =>
      Response.json({
        id: 'c1',
        model: 'served',
        choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
      }),
    )
    const message = await accumulate(await providerAt(server).messages(callOf({ stream: true })))
    expect(message).toMatchObject({
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
    })
  })

  test('whose connection is lost behind the finish has said everything', async () => {
    const said = data(say('Hi', 'stop'))
    const head =
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n'
    const server = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data(socket) {
          socket.write(head + said)
          // Bun throws away what has not been read when the end comes.
          setTimeout(() => socket.end(), 50)
        },
      },
    })
    servers.push(server)
    const url = new URL(`http://127.0.0.1:${server.port}`)
    const message = await accumulate(await providerAt({ url }).messages(callOf({ stream: true })))
    expect(message).toMatchObject({
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
    })
  })

  test.each([
    ['a cut', data(say('Hi')), 'bad_answer', 'ended before it was complete'],
    [
      'broken JSON',
      'data: {"choices":[{"del\n\ndata: [DONE]\n\n',
      'bad_answer',
      'not a chat completion',
    ],
    ['nothing', '', 'bad_answer', 'empty'],
    [
      'an error with a status',
      data({ error: { code: 429, message: 'Slow down' } }),
      'rate_limited',
      'Slow down',
    ],
    ['an error without one', data({ error: 'Oh no' }), 'bad_answer', 'Oh no'],
    [
      'an error event',
      `event: error\n${data({ message: 'Busy', status_code: 503 })}`,
      'overloaded',
      'Busy',
    ],
  ])('of %s is a failure of the body', async (_, text, outcome, message) => {
    const server = serve(() => sse(text))
    const response = await providerAt(server).messages(callOf({ stream: true }))
    const failure = await failureOf(() => response.text())
    expect(failure.details.outcome).toBe(outcome as 'bad_answer')
    expect(failure.message).toContain(message)
  })

  test('gives out what came before a failure', async () => {
    const server = serve(() => sse(data(say('Hi'), { error: { message: 'Oh no' } })))
    const response = await providerAt(server).messages(callOf({ stream: true }))
    const decoder = new TextDecoder()
    let text = ''
    const failure = await failureOf(async () => {
      for await (const bytes of response.body ?? []) text += decoder.decode(bytes)
    })
    expect(text).toContain('"text":"Hi"')
    expect(failure.message).toBe('Oh no')
  })
})

describe('a refusal', () => {
  const refused = (response: () => Response) =>
    failureOf(() => providerAt(serve(response)).messages(callOf({})))

  test.each([
    [
      'in an error object',
      { error: { message: 'No such model', code: 'model_not_found' } },
      404,
      'unavailable',
      'No such model',
    ],
    [
      'flat',
      { message: 'Wrong key', type: 'x', code: 'wrong_api_key' },
      401,
      'credential',
      'Wrong key',
    ],
    ['as a string', { error: 'model "x" not found' }, 404, 'unavailable', 'model "x" not found'],
    [
      'with the reason in the metadata',
      {
        error: {
          code: 429,
          message: 'Provider returned error',
          metadata: { raw: 'limited upstream' },
        },
      },
      429,
      'rate_limited',
      'Provider returned error: limited upstream',
    ],
    [
      'that is about money',
      { error: { message: 'Pay', code: 'insufficient_quota' } },
      429,
      'billing',
      'Pay',
    ],
  ])('%s keeps its words', async (_, body, status, outcome, message) => {
    const failure = await refused(() => Response.json(body, { status }))
    expect(failure.message).toBe(message)
    expect(failure.details).toMatchObject({ outcome, upstreamStatus: status })
  })

  test('says how long to wait', async () => {
    const failure = await refused(() =>
      Response.json(
        { error: { message: 'Slow' } },
        { status: 429, headers: { 'retry-after': '7' } },
      ),
    )
    expect(failure.details).toMatchObject({ outcome: 'rate_limited', retryAfterMs: 7000 })
  })

  test('of a context that is too long is worded as Claude Code expects', async () => {
    const message =
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
    const failure = await refused(() =>
      Response.json({ error: { message, code: 'context_length_exceeded' } }, { status: 400 }),
    )
    expect(failure.message).toBe('prompt is too long: 9000 tokens > 8192 maximum')
  })

  test('that is flat keeps its code', async () => {
    const message =
      'Please reduce the length of the messages or completion. Current length is 9 while limit is 8'
    const failure = await refused(() =>
      Response.json({ message, type: 'x', code: 'context_length_exceeded' }, { status: 400 }),
    )
    expect(failure.details).toMatchObject({
      outcome: 'too_long',
      window: { promptTokens: 9, limitTokens: 8 },
    })
  })

  test('of Gemini is in a list of one', async () => {
    const error = { code: 429, message: 'Please retry in 34s.', status: 'RESOURCE_EXHAUSTED' }
    const failure = await refused(() => Response.json([{ error }], { status: 429 }))
    expect(failure.message).toBe('Please retry in 34s.')
    expect(failure.details.retryAfterMs).toBe(34_000)
  })

  test('of OpenRouter tells in its metadata how long to wait', async () => {
    const headers = { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(Date.now() + 9e4) }
    const error = { code: 429, message: 'free-models-per-min', metadata: { headers } }
    const failure = await refused(() => Response.json({ error }, { status: 429 }))
    expect(failure.details.retryAfterMs).toBeGreaterThan(0)
  })

  test('of OpenRouter tells in its metadata that it is too much at a time', async () => {
    const metadata = { limit_source: 'openrouter_in_flight_budget' }
    const error = { code: 402, message: 'Insufficient credits', metadata }
    const failure = await refused(() => Response.json({ error }, { status: 402 }))
    expect(failure.details).toMatchObject({ outcome: 'rate_limited', limited: 'concurrency' })
  })

  test('in HTML does not show the page', async () => {
    const failure = await refused(() => new Response('<html>502</html>', { status: 502 }))
    expect(failure.message).toBe('test answered HTTP 502')
    expect(failure.details.outcome).toBe('server_error')
  })

  test('in plain text keeps it', async () => {
    const failure = await refused(() => new Response('no healthy upstream', { status: 503 }))
    expect(failure.message).toBe('no healthy upstream')
  })

  test('is what a redirect is, and nobody follows it', async () => {
    let followed = false
    const other = serve(() => {
      followed = true
      return new Response()
    })
    const failure = await refused(() => Response.redirect(other.url.href, 307))
    expect(failure.details.outcome).toBe('bad_answer')
    expect(followed).toBe(false)
  })

  test.each([
    ['HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['nothing', () => new Response(null, { status: 204 })],
    [
      'broken JSON',
      () => new Response('{"choices":', { headers: { 'content-type': 'application/json' } }),
    ],
    ['other JSON', () => Response.json({ choices: 'none' })],
  ])('hides in a 200 of %s', async (_, response) => {
    expect((await refused(response)).details.outcome).toBe('bad_answer')
  })

  test('hides in a 200 with an error that names its status', async () => {
    const failure = await refused(() => Response.json({ error: { code: 503, message: 'No room' } }))
    expect(failure.details).toMatchObject({ outcome: 'overloaded', upstreamStatus: 503 })
  })

  test('without a word is a reset', async () => {
    const server = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: (socket) => void socket.terminate() },
    })
    servers.push(server)
    const provider = providerAt({ url: new URL(`http://127.0.0.1:${server.port}`) })
    expect((await failureOf(() => provider.messages(callOf({})))).details.outcome).toBe('reset')
  })

  test('is not waited for where nobody listens', async () => {
    const provider = providerAt({ url: new URL('http://127.0.0.1:9') })
    expect((await failureOf(() => provider.messages(callOf({})))).details.outcome).toBe(
      'unreachable',
    )
  })
})

const recorded = process.env.RECORDED_FIXTURES

describe.skipIf(!recorded)('recorded traffic', () => {
  const fixture = (path: string) => Bun.file(`${recorded}/${path}`)

  async function recordedStream(path: string): Promise<string> {
    const text = await fixture(path).text()
    if (path.endsWith('.sse')) return text
    return text
      .trim()
      .split('\n')
      .map((line) => `data: ${line}\n\n`)
      .join('')
  }

  /** Replays the bytes in pieces of a length that divides neither lines nor characters. */
  function replay(text: string, length: number) {
    const bytes = new TextEncoder().encode(text)
    return serve(() =>
      sse(
        new ReadableStream({
          async start(controller) {
            for (let at = 0; at < bytes.length; at += length) {
              controller.enqueue(bytes.slice(at, at + length))
              await Promise.resolve()
            }
            controller.close()
          },
        }),
      ),
    )
  }

  async function answer(path: string, length: number) {
    const server = replay(await recordedStream(path), length)
    const provider = providerAt(server, { name: 'openrouter', quirks: QUIRKS.openrouter })
    return await provider.messages(callOf({ stream: true }))
  }

  const cuts = [7, 61, 997, 1_000_000]

  test.each(cuts)('OpenAI: text and its usage, in pieces of %i', async (length) => {
    expect(await accumulate(await answer('openai/stream-text-usage.sse', length))).toMatchObject({
      content: [{ type: 'text', text: '"This is a test."' }],
      stop_reason: 'end_turn',
      model: 'gpt-4-0613',
      usage: { input_tokens: 12, output_tokens: 5 },
    })
  })

  test.each(cuts)('OpenAI: parallel calls, in pieces of %i', async (length) => {
    expect(
      await accumulate(await answer('openai/stream-parallel-tools.sse', length)),
    ).toMatchObject({
      content: [
        { type: 'tool_use', name: 'get_current_weather', input: { location: 'Seattle, WA' } },
        { type: 'tool_use', name: 'get_current_weather', input: { location: 'San Francisco, CA' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 75, output_tokens: 51 },
    })
  })

  test.each(cuts)(
    'OpenRouter: the reasoning of Claude with its signature, in pieces of %i',
    async (length) => {
      const { content, usage } = await accumulate(
        await answer('openrouter/stream-claude-reasoning.sse', length),
      )
      expect(content.map(({ type }) => type)).toEqual(['thinking', 'text'])
      const [thinking] = content
      const payload = thinking?.type === 'thinking' ? thinking.signature.split('.')[2] : ''
      expect(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())).toMatchObject({
        details: [
          {
            type: 'reasoning.text',
            signature: expect.stringMatching(/.{20}/),
            format: 'anthropic-claude-v1',
          },
        ],
      })
      expect(usage).toMatchObject({ input_tokens: 43, output_tokens: 36 })
    },
  )

  test.each(cuts)('Groq: a call in one piece, in pieces of %i', async (length) => {
    expect(
      await accumulate(await answer('groq/stream-tool-call.chunks.txt', length)),
    ).toMatchObject({
      content: [{ type: 'tool_use', id: 'tk85n1k4m', name: 'weather', input: {} }],
      stop_reason: 'tool_use',
      usage: { input_tokens: 210, output_tokens: 15 },
    })
  })

  test.each(cuts)('DeepSeek: reasoning, then a call, in pieces of %i', async (length) => {
    const message = await accumulate(
      await answer('openai-compatible/deepseek-stream-reasoning-tool.chunks.txt', length),
    )
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use'])
    expect(message.usage).toMatchObject({
      input_tokens: 19,
      cache_read_input_tokens: 320,
      output_tokens: 83,
    })
  })

  test('OpenRouter: usage behind the finish', async () => {
    expect(await accumulate(await answer('openrouter/stream-cache.sse', 61))).toMatchObject({
      content: [{ text: 'Hello!' }],
      usage: { input_tokens: 254, output_tokens: 5 },
    })
  })

  test.each(cuts)('Groq: an error event behind reasoning, in pieces of %i', async (length) => {
    const response = await answer('groq/stream-error-tool-use-failed.sse', length)
    const failure = await failureOf(() => response.text())
    expect(failure.details).toMatchObject({ outcome: 'bad_answer', upstreamStatus: 400 })
    expect(failure.message).toStartWith('Tool call validation failed')
  })

  test.each(cuts)(
    'OpenRouter: an error chunk behind the finish, in pieces of %i',
    async (length) => {
      const response = await answer('openrouter/stream-error-chunk.sse', length)
      const failure = await failureOf(() => response.text())
      expect(failure.message).toBe('Token limit reached')
    },
  )

  test.each([
    [
      'openai/tool-calls-json-1',
      {
        stop_reason: 'tool_use',
        content: [
          { input: { location: 'Seattle, WA' } },
          { input: { location: 'San Francisco, CA' } },
        ],
      },
    ],
    [
      'openai/image-tool-result',
      { stop_reason: 'end_turn', content: [{ type: 'text', text: 'The image shows a potato.' }] },
    ],
    [
      'openai/prompt-cache-1',
      { usage: { cache_creation_input_tokens: 4012, cache_read_input_tokens: 0 } },
    ],
    [
      'openai/prompt-cache-2',
      { usage: { cache_creation_input_tokens: 0, cache_read_input_tokens: 4012 } },
    ],
    [
      'cerebras/json-reasoning-multiturn',
      { content: [{ type: 'thinking' }, { type: 'text' }], usage: { input_tokens: 98 } },
    ],
    [
      'cerebras/json-tool-call-qwen3-coder',
      { stop_reason: 'tool_use', content: [{ id: 'b8847f144', name: 'final_result' }] },
    ],
    ['openrouter/json-tool-call', { content: [{ type: 'tool_use', input: { numerator: 123 } }] }],
    [
      'groq/tool-choice-required',
      { stop_reason: 'tool_use', content: [{ input: { city: 'Paris' } }] },
    ],
  ])('the answer of %s', async (path, expected) => {
    const { response } = await fixture(`${path}.json`).json()
    const server = serve(() => Response.json(response.body))
    const message = await (await providerAt(server).messages(callOf({}))).json()
    expect(message).toMatchObject({ type: 'message', role: 'assistant', ...expected })
  })

  test.each([
    ['openai/error-404-model', 'unavailable'],
    ['openai/error-400-system-role', 'rejected'],
    ['groq/error-404-model', 'unavailable'],
    ['groq/error-400-tool-use-failed', 'bad_answer'],
    ['openrouter/error-429', 'rate_limited'],
    ['synthetic/groq-413-request-too-large', 'rate_limited'],
    ['synthetic/openai-429-insufficient-quota', 'billing'],
  ])('the error of %s', async (path, outcome) => {
    const { response } = await fixture(`${path}.json`).json()
    const server = serve(() => Response.json(response.body, { status: response.status }))
    const failure = await failureOf(() => providerAt(server).messages(callOf({})))
    expect(failure.details.outcome).toBe(outcome as 'rejected')
  })

  test('the requests of Claude Code', async () => {
    const names = [
      'opus-5-5-tool-loop',
      'parallel-tool-results-image-and-error',
      'tool-search-tool-reference',
      'sonnet-4-5-no-inline-system',
    ]
    for (const name of names) {
      const { request } = await fixture(`claude-code/${name}.json`).json()
      const sent = Promise.withResolvers<unknown>()
      const server = serve(async (received) => {
        sent.resolve(await received.json())
        return sse(`${data(say('Hi', 'stop'))}data: [DONE]\n\n`)
      })
      const body = request.body
      const response = await providerAt(server, { quirks: QUIRKS.groq }).messages(callOf(body))
      expect(await response.text()).toContain('message_stop')
      const translated = await sent.promise
      expect(translated).toHaveProperty('messages.0.role', 'system')
      expect(JSON.stringify(translated)).not.toMatch(
        /cache_control|DeferredToolPlaceholder|\$schema/,
      )
    }
  })
})
