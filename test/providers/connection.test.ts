import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createServer, type Server, type Socket } from 'node:net'
import { ProxyError } from '../../src/errors.ts'
import { createAnthropicProvider } from '../../src/providers/anthropic.ts'
import { createBedrockProvider } from '../../src/providers/bedrock.ts'
import { watchConnection } from '../../src/providers/connection.ts'
import type { Call, Provider } from '../../src/providers/provider.ts'
import { fetchUpstream } from '../../src/providers/upstream.ts'
import { aTarget } from '../routing/target.ts'
import { CAN_FILL_A_QUEUE, openFullListener } from './full-listener.ts'
import { callOf, providerAt } from './openai-chat/support.ts'

const CONNECT_TIMEOUT_MS = 100
const timers = { ...aTarget().timers, connectTimeoutMs: CONNECT_TIMEOUT_MS }

function sending(changes: Partial<Call> = {}) {
  return { target: aTarget({ timers }), signal: new AbortController().signal, ...changes }
}

const post = { method: 'POST', headers: new Headers(), body: '{}' }

/** A proxy in the environment, which is as it was when the test is over. */
function aProxyExceptFor(names: string): Disposable {
  const { HTTP_PROXY = '', NO_PROXY = '', no_proxy = '' } = process.env
  Object.assign(process.env, { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: names, no_proxy: names })
  return {
    [Symbol.dispose]: () => void Object.assign(process.env, { HTTP_PROXY, NO_PROXY, no_proxy }),
  }
}

/** The three lanes, each with a place to ask that is at this address. */
const LANES: Record<string, (url: URL) => Provider> = {
  anthropic: (url) =>
    createAnthropicProvider({
      name: 'test',
      baseUrl: url.origin,
      apiKey: 'key',
      auth: 'key',
      firstParty: false,
      extraBody: {},
      unusable: null,
    }),
  bedrock: (url) =>
    createBedrockProvider({
      name: 'test',
      endpoint: url.origin,
      apiKey: 'key',
      profileName: null,
      extraBody: {},
      unusable: null,
    }),
  openai: (url) => providerAt({ url }),
}

function callOn(lane: string, changes: Partial<Call>): Call {
  const model = lane === 'bedrock' ? 'us.anthropic.claude-opus-5-5' : 'opus'
  return { ...callOf({}), target: aTarget({ model, timers }), ...changes }
}

describe.skipIf(!CAN_FILL_A_QUEUE)('a place that lets nobody in', () => {
  let listener: Awaited<ReturnType<typeof openFullListener>>
  beforeEach(async () => {
    listener = await openFullListener()
  })
  afterEach(() => listener.close())

  test.each(Object.keys(LANES))(
    'is unreachable after connect_timeout on the %s lane',
    async (lane) => {
      const error = await LANES[lane]?.(listener.url)
        .messages(callOn(lane, {}))
        .catch((error: unknown) => error)
      if (!(error instanceof ProxyError)) throw error
      expect(error.details.outcome).toBe('unreachable')
      expect(error.message).toBe(
        `test: no connection to ${listener.url.host} within 0.1 s (connect_timeout)`,
      )
    },
  )

  test('is not waited for once the client has left', async () => {
    const client = new AbortController()
    const asked = fetchUpstream('test', listener.url.href, post, sending({ signal: client.signal }))
    client.abort(new ProxyError('client_closed', 'gone', { outcome: 'aborted' }))
    await expect(asked).rejects.toThrow('gone')
  })

  test('is not knocked at where a proxy stands in between', async () => {
    using _ = aProxyExceptFor('')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    watchConnection(listener.url.href, 20, () => reject(new Error('it knocked')))
    // This one goes past the proxy, and would be second to give up.
    watchConnection(`https://${listener.url.host}`, 20, resolve)
    await promise
  })

  test.each(['*', '10.0.0.1, 127.0.0.1'])('is, where NO_PROXY is %s', async (names) => {
    using _ = aProxyExceptFor(names)
    const { promise, resolve } = Promise.withResolvers<void>()
    watchConnection(listener.url.href, 20, resolve)
    await promise
  })
})

describe('a place that takes connections', () => {
  let server: Server
  let sockets: Socket[]
  let onSocket: (socket: Socket) => void
  beforeEach(async () => {
    sockets = []
    onSocket = () => {}
    server = createServer((socket) => {
      sockets.push(socket)
      onSocket(socket)
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
  })
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  const url = () => {
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  }
  const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone'

  test('may take its time to answer: one knock, and the request is left alone', async () => {
    onSocket = () => {
      if (sockets.length === 2) sockets[0]?.write(ANSWER)
    }
    const response = await fetchUpstream('test', url(), post, sending())
    expect(await response.text()).toBe('done')
    expect(sockets).toHaveLength(2)
  })

  test('and answers is not knocked at', async () => {
    onSocket = (socket) => socket.write(ANSWER)
    const patient = aTarget({ timers: { ...timers, connectTimeoutMs: 60_000 } })
    const response = await fetchUpstream('test', url(), post, sending({ target: patient }))
    expect(await response.text()).toBe('done')
    expect(sockets).toHaveLength(1)
  })

  test.skipIf(!CAN_FILL_A_QUEUE)(
    'and takes no new ones may still answer the one it has',
    async () => {
      const listener = await openFullListener()
      onSocket = (socket) => {
        server.close()
        // Whoever began to wait later gives up later: by then the request would have.
        watchConnection(listener.url.href, CONNECT_TIMEOUT_MS, () => socket.write(ANSWER))
      }
      const response = await fetchUpstream('test', url(), post, sending())
      expect(await response.text()).toBe('done')
      listener.close()
    },
  )
})

describe('whoever asks to hear of headers', () => {
  test.each(
    Object.keys(LANES).flatMap((lane) => [200, 429].map((status) => [lane, status] as const)),
  )('does on the %s lane, with a %i', async (lane, status) => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () =>
        Response.json({ choices: [] }, { status, headers: { 'x-ratelimit-remaining': '7' } }),
    })
    const heard: (string | null)[] = []
    const call = callOn(lane, {
      heard: (headers) => heard.push(headers.get('x-ratelimit-remaining')),
    })
    await LANES[lane]?.(server.url)
      .messages(call)
      .catch(() => {})
    expect(heard).toEqual(['7'])
    await server.stop(true)
  })
})
