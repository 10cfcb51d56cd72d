import { Elysia } from 'elysia'
import type { Access } from '../access.ts'
import { ProxyError, toProxyError } from '../errors.ts'
import type { History } from '../history/history.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../providers/provider.ts'
import { answerFrom, type FallbackDeps, type Served } from '../routing/fallback.ts'
import type { Router } from '../routing/router.ts'
import type { Target } from '../routing/target.ts'
import { type BodyLimits, readCountTokens, readMessages } from './body.ts'
import { countTokens } from './count-tokens.ts'
import { type Exchange, newRequestId, openExchange } from './exchange.ts'
import { relay } from './relay.ts'
import { renderError } from './render.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'
import { PING, sseError } from './sse.ts'

export interface MessagesDeps extends FallbackDeps {
  router: Router
  history: History
  access: Pick<Access, 'withoutOurKey'>
  log: Log
  limits: BodyLimits
  requestTimeoutMs: number
  writeTimeoutMs: number
  pingAfterMs: number
  /** Aborted when what is still in flight has to end. */
  shutdownSignal: AbortSignal
}

/** `POST /v1/messages` and `POST /v1/messages/count_tokens`. Bodies are read by us, not Elysia. */
export function messagesRoutes(deps: MessagesDeps) {
  return new Elysia({ name: 'messages' })
    .post('/v1/messages', ({ request }) => handleMessages(request, deps), { parse: 'none' })
    .post('/v1/messages/count_tokens', ({ request }) => handleCountTokens(request, deps), {
      parse: 'none',
    })
}

async function handleMessages(request: Request, deps: MessagesDeps): Promise<Response> {
  const read = await readMessages(request, deps.limits).catch(toProxyError)
  if (read instanceof ProxyError) return renderError(read, newRequestId())
  const headers = deps.access.withoutOurKey(read.headers)
  const exchange = openExchange(
    { ...read, headers },
    {
      clientSignal: request.signal,
      shutdownSignal: deps.shutdownSignal,
      requestTimeoutMs: deps.requestTimeoutMs,
      now: deps.now,
      record: (row, attempts) => {
        deps.history.record(row, attempts)
        deps.log.request(row)
      },
    },
  )
  exchange.onEnd(deps.inFlight.requestStarted())
  const answering = answer(exchange, deps)
  return read.body.stream ? withLatePing(answering, exchange, deps) : answering
}

/** Never rejects: a failure is a response too. */
async function answer(exchange: Exchange, deps: MessagesDeps): Promise<Response> {
  try {
    const chain = forClient(deps.router(exchange.request.body.model), exchange.request, deps)
    return respond(await answerFrom(chain, exchange, deps), exchange, deps)
  } catch (thrown) {
    const error = toProxyError(thrown)
    if (error.details.cause && error.message === 'Internal error') deps.log.error(error)
    exchange.end({ state: 'failed', status: error.status, error: error.message })
    return renderError(error, exchange.id, { 'x-proxy-attempts': String(exchange.attemptCount) })
  }
}

function respond({ answer, target }: Served, exchange: Exchange, deps: MessagesDeps): Response {
  const headers = new Headers(answer.headers)
  headers.set('request-id', exchange.id)
  headers.set('x-proxy-provider', target.provider)
  headers.set('x-proxy-model', target.model)
  if (target.region) headers.set('x-proxy-region', target.region)
  headers.set('x-proxy-attempts', String(exchange.attemptCount))
  if (answer.kind === 'json') {
    exchange.end({ state: 'complete', status: 200, error: null })
    return new Response(answer.text, { headers })
  }
  headers.set('cache-control', 'no-cache')
  const { writeTimeoutMs, health } = deps
  const onBreak = (error: ProxyError) => health.broke(target, error)
  return new Response(relay(answer, exchange, { target, writeTimeoutMs, onBreak }), { headers })
}

/**
 * Claude Code gives up after 300 s without a byte. When nothing has come by `ping_after`, a ping
 * opens the stream; that fixes status 200, so a failure after it travels inside the stream.
 */
async function withLatePing(
  answering: Promise<Response>,
  exchange: Exchange,
  deps: MessagesDeps,
): Promise<Response> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, deps.pingAfterMs, null)
  const first = await Promise.race([answering, late])
  clearTimeout(timer)
  return (
    first ?? new Response(pingThenAnswer(answering, exchange), { headers: pingHeaders(exchange) })
  )
}

function pingHeaders({ id }: Exchange): Record<string, string> {
  return { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'request-id': id }
}

async function* pingThenAnswer(
  answering: Promise<Response>,
  exchange: Exchange,
): AsyncGenerator<Uint8Array> {
  yield PING
  const response = await answering
  if (response.ok && response.body) return yield* response.body
  const error = new ProxyError('overloaded_error', await messageOf(response))
  yield sseError(error, exchange.id)
}

async function messageOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error: { message: string } }
  return body.error.message
}

/**
 * Where the client's own credential goes upstream, what is remembered about a target belongs to
 * that credential: one subscription's limit must not keep another one out.
 */
function forClient(
  chain: Target[],
  { headers }: ClientRequest<CountTokensBody>,
  { providers }: { providers: ReadonlyMap<string, Provider> },
): Target[] {
  return chain.map((target) => {
    if (!providers.get(target.provider)?.passthrough) return target
    const credential = headers.get('authorization') ?? headers.get('x-api-key') ?? ''
    const hash = new Bun.CryptoHasher('sha256').update(credential).digest('hex').slice(0, 16)
    return { ...target, id: `${target.id}#${hash}` }
  })
}

async function handleCountTokens(request: Request, deps: MessagesDeps): Promise<Response> {
  const requestId = newRequestId()
  try {
    const read = await readCountTokens(request, deps.limits)
    const chain = deps.router(read.body.model)
    const { tokens, isEstimate } = await countTokens(read, chain, deps.providers, request.signal)
    const headers: Record<string, string> = { 'request-id': requestId }
    if (isEstimate) headers['x-proxy-estimate'] = 'true'
    return Response.json({ input_tokens: tokens }, { headers })
  } catch (thrown) {
    return renderError(toProxyError(thrown), requestId)
  }
}
