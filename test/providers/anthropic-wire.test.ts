import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { post } from '../support/client.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let proxy: TestProxy

/** A provider `direct` with a key, `own` with the client's credential, `bedrock` behind it. */
beforeEach(async () => {
  upstream = startUpstream()
  proxy = await startTestProxy(`
providers:
  direct: { type: anthropic, base_url: "${upstream.url}", api_key: key-of-direct }
  own: { type: anthropic, base_url: "${upstream.url}", auth: passthrough }
  extra: { type: anthropic, base_url: "${upstream.url}", api_key: k, extra_body: { speed: fast } }
  bedrock: { region: us-west-2, endpoint: "${upstream.url}", api_key: key-of-bedrock }
routing:
  max_wait: 0
  models:
    - { model: same, provider_sequence: [{ name: direct, variants: [{ model: same }] }] }
    - { model: other, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-5-5 }] }] }
    - { model: older, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-4-1 }] }] }
    - { model: spare, provider_sequence: [{ name: own, variants: [{ model: m }] }, { name: direct, variants: [{ model: m }] }, { name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }] }
    - { model: own, provider_sequence: [{ name: own, variants: [{ model: own }] }] }
    - { model: extra, provider_sequence: [{ name: extra, variants: [{ model: extra }] }] }
    - { model: bedrock, provider_sequence: [{ name: bedrock, variants: [{ model: us.anthropic.claude-opus-5-5 }] }] }
`)
})
afterEach(async () => {
  await proxy.stop(0)
  await upstream.stop()
})

const INPUT =
  '{"a": 1.0, "b":[1e3,-0, 9007199254740993,1E+2 , 0.10],"c":{"c":{"c":"\\u0063\\/"}},"":null}'
const odd = (model: string, more = '') =>
  `\n{ "novelty":{"x":[1.50]}, "max_tokens":100,\t"model" : "${model}",${more}
  "messages": [ {"content":[{"text":"Caf\\u00e9 \\ud83d\\ude00 \\" 1.0","type":"text"},{"type":"surprise","of":${INPUT}}],"role":"user"},
   {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":${INPUT}},{"type":"thinking","thinking":"","signature":"EqQB/+=="}]},
   {"role":"user","content":"x"} ], "tools":[{"name":"f","input_schema":{"type":"object","properties":{"n":{"maximum":9007199254740993,"minimum":-1.0}}}}] }\n`

const sent = () => {
  const request = upstream.requests.at(-1)
  if (!request) throw new Error('nothing arrived')
  return { ...request, text: new TextDecoder().decode(request.bytes) }
}

describe('a request', () => {
  test('arrives byte for byte, with the query it came with', async () => {
    const body = odd('same')
    const response = await fetch(`${proxy.url}/v1/messages?beta=true&x=%20`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(200)
    expect(sent().text).toBe(body)
    expect(sent().path).toBe('/v1/messages?beta=true&x=%20')
  })

  test('differs in the model alone where the route says so', async () => {
    await post(proxy.url, odd('other'))
    expect(sent().text).toBe(odd('claude-opus-5-5'))
  })

  test('differs in a field of extra_body alone', async () => {
    await post(proxy.url, odd('extra', '"speed":"standard",'))
    expect(sent().text).toBe(odd('extra', '"speed":"fast",'))
    await post(
      proxy.url,
      '{"model":"extra","max_tokens":1e1,"messages":[{"role":"user","content":"x"}]}',
    )
    expect(sent().text).toEndWith('"content":"x"}],"speed":"fast"}')
    expect(sent().text).toContain('"max_tokens":1e1')
  })

  test('keeps its numbers where it has to be adapted to an older model', async () => {
    await post(proxy.url, odd('older', '"thinking":{"type":"adaptive"},'))
    expect(sent().text).not.toContain('adaptive')
    expect(sent().text).toContain('"b":[1e3,-0,9007199254740993,1E+2,0.10]')
    expect(sent().text).toContain('{"maximum":9007199254740993,"minimum":-1.0}')
    expect(sent().text).toContain('"novelty":{"x":[1.50]}')
  })

  test('keeps its numbers on the way to Bedrock', async () => {
    await post(proxy.url, odd('bedrock'))
    expect(sent().text).toContain('"b":[1e3,-0,9007199254740993,1E+2,0.10]')
    expect(sent().text).toContain('{"maximum":9007199254740993,"minimum":-1.0}')
  })
})

describe('an answer', () => {
  const STREAM = [
    'event: message_start\r\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3.0,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2}}}}   \r\n\r\n',
    ': a comment\nid: 7\nretry: 10\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"novelty","n":1e3}}\n\n',
    'event: surprise\ndata: {"type":"surprise","\\u0061":9007199254740993}\n\n',
    'event: content_block_delta\ndata: {"index":0,"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{\\"a\\": 1.0"}}     \n\n',
    'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}\n\n',
    'event: message_stop\ndata: {"type":"message_stop"}      \n\n',
  ].join('')
  const JSON_ANSWER = ` {"usage":{"input_tokens":1.0,"output_tokens":2},"type":"message","content":[{"type":"novelty","input":${INPUT}}]}\n`
  const TYPES = { stream: 'text/event-stream; charset=utf-8', json: 'application/json' }

  test.each([
    ['identity', (text: string) => Buffer.from(text)],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('comes back byte for byte, though it came as %s', async (encoding, encode) => {
    const headers = { 'content-encoding': encoding }
    upstream.answer(encode(STREAM), { headers: { ...headers, 'content-type': TYPES.stream } })
    const stream = await post(proxy.url, odd('same', '"stream":true,'))
    expect(await stream.text()).toBe(STREAM)
    expect(stream.headers.get('content-encoding')).toBeNull()

    upstream.answer(encode(JSON_ANSWER), { headers: { ...headers, 'content-type': TYPES.json } })
    const json = await post(proxy.url, odd('same'))
    expect(await json.text()).toBe(JSON_ANSWER)
    expect(json.headers.get('content-encoding')).toBeNull()

    const error = { type: 'invalid_request_error', message: 'Café', details: { error_code: 'x' } }
    const refusal = JSON.stringify({ type: 'error', error })
    upstream.answer(encode(refusal), {
      status: 400,
      headers: { ...headers, 'content-type': TYPES.json },
    })
    const refused = await post(proxy.url, odd('same'))
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error })
    expect(sent().headers.get('accept-encoding')).toBe('identity')
  })
})

describe('headers', () => {
  const CLIENT = {
    'anthropic-version': '2026-10-21',
    'anthropic-beta': 'oauth-2025-04-20, effort-2025-11-24,novel-2026-11-11',
    'anthropic-user-profile-id': 'profile',
    'idempotency-key': 'once',
    'x-claude-code-session-id': 's',
    'x-claude-1p-request-class': 'main',
    'user-agent': 'claude-cli/2.1.330',
    authorization: 'Bearer sk-ant-oat01-of-anna',
    cookie: 'a=b',
    'x-forwarded-for': '10.0.0.1',
    te: 'trailers',
  }
  const up = () => Object.fromEntries(sent().headers)

  test('go up by name: with our key what the body means, and no credential of the client', async () => {
    await post(proxy.url, odd('same'), { headers: CLIENT })
    const { host, 'content-length': _, ...headers } = up()
    expect(headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'anthropic-beta': 'effort-2025-11-24,novel-2026-11-11',
      'anthropic-user-profile-id': 'profile',
      'anthropic-version': '2026-10-21',
      authorization: 'Bearer key-of-direct',
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent': expect.stringContaining('Bun/'),
      'x-api-key': 'key-of-direct',
    })
  })

  test('of a client with a credential of its own go up as they are', async () => {
    await post(proxy.url, odd('own'), { headers: CLIENT })
    const { cookie: _, te: __, 'x-forwarded-for': ___, 'idempotency-key': ____, ...known } = CLIENT
    expect(up()).toMatchObject(known)
    for (const name of ['cookie', 'te', 'x-forwarded-for', 'idempotency-key', 'x-api-key']) {
      expect(up()).not.toHaveProperty(name)
    }
  })

  test('repeated betas arrive as one list', async () => {
    const headers = new Headers({ 'content-type': 'application/json' })
    headers.append('anthropic-beta', 'a-2025-01-01')
    headers.append('anthropic-beta', 'b-2025-01-01,c-2025-01-01')
    await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body: odd('same') })
    expect(up()['anthropic-beta']).toBe('a-2025-01-01, b-2025-01-01,c-2025-01-01')
  })

  const LIMITS = {
    'anthropic-ratelimit-requests-remaining': '7',
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-priority-input-tokens-limit': '1000',
    'x-should-retry': 'false',
  }
  const PRIVATE = {
    'anthropic-organization-id': 'org',
    'set-cookie': 'a=b',
    'request-id': 'req_upstream',
    'cf-ray': '1',
    'content-type': 'application/json',
  }
  const expectLimits = (response: Response) => {
    expect(Object.fromEntries(response.headers)).toMatchObject(LIMITS)
    expect(response.headers.get('x-upstream-request-id')).toBe('req_upstream')
    expect(response.headers.get('request-id')).not.toBe('req_upstream')
    for (const name of ['anthropic-organization-id', 'set-cookie', 'cf-ray']) {
      expect(response.headers.get(name)).toBeNull()
    }
  }

  test('with limits come down with an answer', async () => {
    upstream.answer('{"type":"message","content":[]}', { headers: { ...LIMITS, ...PRIVATE } })
    expectLimits(await post(proxy.url, odd('same')))
  })

  test.each([
    [429, 'rate_limit_error'],
    [401, 'authentication_error'],
    [529, 'overloaded_error'],
    [400, 'invalid_request_error'],
  ])('and with what is left of a failure with %i', async (status, type) => {
    const error = { type, message: 'No.', details: { error_code: 'of_theirs' } }
    upstream.answer(JSON.stringify({ type: 'error', error }), {
      status,
      headers: { ...LIMITS, ...PRIVATE, 'retry-after': '7' },
    })
    const response = await post(proxy.url, odd('own'), { headers: CLIENT })
    expect(response.status).toBe(status)
    expectLimits(response)
    expect(response.headers.get('retry-after')).toBe('7')
    const said = (await response.json()) as { error: { type: string; details: object } }
    expect(said.error).toMatchObject({ type, details: error.details })
  })
})

test('where a subscription is out, its token and its betas go to nobody else', async () => {
  upstream.answer('{"type":"error","error":{"type":"overloaded_error","message":"No."}}', {
    status: 529,
  })
  await post(proxy.url, odd('spare'), {
    headers: {
      authorization: 'Bearer sk-ant-oat01-of-anna',
      'x-api-key': 'sk-ant-of-anna',
      'anthropic-beta': 'oauth-2025-04-20,interleaved-thinking-2025-05-14',
    },
  })
  const [own, direct, bedrock] = upstream.requests
  expect(own?.headers.get('authorization')).toBe('Bearer sk-ant-oat01-of-anna')
  expect(own?.headers.get('anthropic-beta')).toContain('oauth-2025-04-20')
  for (const request of [direct, bedrock]) {
    expect(request).toBeDefined()
    expect(JSON.stringify([...(request?.headers ?? [])])).not.toMatch(/anna|oauth/)
    expect(new TextDecoder().decode(request?.bytes)).not.toMatch(/anna|oauth/)
  }
  expect(bedrock?.headers.get('authorization')).toBe('Bearer key-of-bedrock')
})
