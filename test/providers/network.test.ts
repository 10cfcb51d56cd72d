import { afterEach, expect, test } from 'bun:test'
import { createServer, type Server, type Socket } from 'node:net'
import { ProxyError } from '../../src/errors.ts'
import { networkFailure } from '../../src/providers/network.ts'
import { fetchUpstream } from '../../src/providers/upstream.ts'
import { aTarget } from '../routing/target.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** The address of a server that does this with each connection. */
async function serve(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onSocket(socket)
  })
  servers.push(server)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** A server that answers every request with these bytes, and closes. */
const answering = (bytes: string) => () =>
  serve((socket) => socket.once('data', () => socket.end(bytes)))

async function unused(): Promise<string> {
  const host = await serve(() => {})
  const { promise, resolve } = Promise.withResolvers<void>()
  servers.pop()?.close(() => resolve())
  await promise
  return host
}

const OK = 'HTTP/1.1 200 OK\r\n'

test.each<[what: string, scheme: string, host: () => Promise<string> | string, outcome: string]>([
  ['a port nobody listens on', 'http', unused, 'unreachable'],
  ['a name nobody has', 'http', () => 'no-such-host.invalid', 'unreachable'],
  ['a server that speaks no TLS', 'https', answering('HTTP/1.1 400 Bad\r\n\r\n'), 'unreachable'],
  ['a server that hangs up', 'http', () => serve((socket) => socket.destroy()), 'reset'],
  ['a server that resets', 'http', () => serve((socket) => socket.resetAndDestroy()), 'reset'],
  ['a server that hangs up on the request', 'http', answering(''), 'reset'],
  ['half a head', 'http', answering('HTTP/1.1 200 OK\r\nContent-Le'), 'reset'],
  ['another protocol', 'http', answering('SSH-2.0-OpenSSH_9.9\r\n'), 'bad_answer'],
  ['a head without end', 'http', answering(`${OK}${'X: a\r\n'.repeat(3000)}\r\n`), 'bad_answer'],
  [
    'two different lengths',
    'http',
    answering(`${OK}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde`),
    'bad_answer',
  ],
])('%s', async (_, scheme, host, outcome) => {
  const error = await fetchUpstream(
    'test',
    `${scheme}://${await host()}/`,
    { method: 'POST', headers: new Headers(), body: '{}' },
    { target: aTarget(), signal: new AbortController().signal },
  ).catch((error: unknown) => error)
  if (!(error instanceof ProxyError)) throw error
  expect(error.details.outcome).toBe(outcome as never)
  expect(error.code).toBe('api_error')
})

test.each<[code: unknown, outcome: string | undefined]>([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'unreachable'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['EPIPE', 'reset'],
  ['ConnectionClosed', 'reset'],
  ['ZlibError', 'bad_answer'],
  ['InvalidHTTPResponse', 'bad_answer'],
  [23, undefined],
  [undefined, undefined],
])('the code %p means %p', (code, outcome) => {
  const error = Object.assign(new Error('oh'), { code })
  expect(networkFailure('test', error)?.details.outcome).toBe(outcome as never)
})
