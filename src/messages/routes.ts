import { Elysia } from 'elysia'
import { orAborted } from '../abort.ts'
import type { Access } from '../access.ts'
import { ProxyError, toProxyError } from '../errors.ts'
import type { Journal } from '../history/journal.ts'
import type { Log } from '../log.ts'
import type { Keeper } from '../payloads/keeper.ts'
import { withoutSecretForms } from '../payloads/secret-forms.ts'
import { createRedactor } from '../redact.ts'
import { answerFrom, type FallbackDeps, type Served } from '../routing/fallback.ts'
import type { Route, Router } from '../routing/router.ts'
import { type BodyLimits, readCountTokens, readMessages } from './body.ts'
import { createCarryOn } from './carry-on.ts'
import { keptHeaders } from './client-headers.ts'
import { hasFreeForm } from './continuation.ts'
import type { Conversations } from './conversations.ts'
import { type CountTokens, createTokenCounter } from './count-tokens.ts'
import { type Exchange, newRequestId, openExchange } from './exchange.ts'
import { withLatePing } from './late-ping.ts'
import { relay } from './relay.ts'
import { renderError } from './render.ts'
import type { ClientRequest } from './request.ts'
import { createStory, type Story } from './story.ts'

export interface MessagesDeps extends FallbackDeps {
  router: Router
  journal: Journal
  conversations: Conversations
  keeper: Pick<Keeper, 'listenTo'>
  redact(text: string): string
  access: Pick<Access, 'withoutOurKey'>
  log: Log
  limits: BodyLimits
  requestTimeoutMs: number
  now: () => number
  writeTimeoutMs: number
  pingAfterMs: number
  onStreamFailure: 'error' | 'continue'
  /** Aborted when what is still in flight has to end. */
  shutdownSignal: AbortSignal
}

/** `POST /v1/messages` and `POST /v1/messages/count_tokens`. Bodies are read by us, not Elysia. */
export function messagesRoutes(deps: MessagesDeps) {
  const count = createTokenCounter(deps)
  return new Elysia({ name: 'messages' })
    .post('/v1/messages', ({ request }) => handleMessages(request, deps), { parse: 'none' })
    .post('/v1/messages/count_tokens', ({ request }) => handleCountTokens(request, count, deps), {
      parse: 'none',
    })
}

async function handleMessages(request: Request, deps: MessagesDeps): Promise<Response> {
  const requestEnded = deps.inFlight.requestStarted()
  const reading = orAborted(readMessages(request, deps.limits), deps.shutdownSignal)
  const read = await reading.catch(toProxyError)
  if (read instanceof ProxyError) {
    requestEnded()
    return renderError(read, newRequestId())
  }
  const exchange = open(read, request.signal, deps)
  exchange.onEnd(requestEnded)
  const answering = answer(exchange, deps)
  const response = read.body.stream
    ? await withLatePing(answering, exchange, deps.pingAfterMs)
    : await answering
  return response.ok ? response : overheard(response, exchange)
}

/** Begins the exchange of a request; `replayOf` is the id of the one that it repeats. */
export function open(
  read: ClientRequest,
  clientSignal: AbortSignal,
  deps: MessagesDeps,
  replayOf: string | null = null,
): Exchange {
  const headers = deps.access.withoutOurKey(read.headers)
  const request = { ...read, headers }
  const redact = redactorFor(headers, deps)
  return openExchange(request, {
    ...deps,
    replayOf,
    clientSignal,
    redact: (text) => withoutSecretForms(redact(text)),
    transcript: deps.keeper.listenTo({ request, replayOf, redact }),
    record(row, attempts) {
      deps.journal.record(row, attempts, keptHeaders(headers, redact))
      deps.log.request(row)
    },
  })
}

/** A refusal is told when its row is written; what comes of an answer was heard by then. */
export async function overheard(response: Response, { transcript }: Exchange): Promise<Response> {
  if (!transcript) return response
  const bytes = await response.bytes()
  transcript.hear(bytes)
  transcript.close()
  return new Response(bytes, response)
}

/** A service may quote the client's credential too, where that is what it was shown. */
function redactorFor(headers: Headers, { redact }: MessagesDeps): (text: string) => string {
  const redactClient = createRedactor(credentialsIn(headers))
  return (text) => redactClient(redact(text))
}

function credentialsIn(headers: Headers): string[] {
  const bearer = headers.get('authorization')?.replace(/^Bearer\s+/i, '')
  return [bearer, headers.get('x-api-key')].filter((credential) => typeof credential === 'string')
}

/** Never rejects: a failure is a response too. */
export async function answer(exchange: Exchange, deps: MessagesDeps): Promise<Response> {
  try {
    const { request } = exchange
    const route = forClient(deps.router(request.body.model), request, deps)
    const served = await answerFrom(() => [request], route, exchange, deps)
    return respond(served, route, exchange, deps)
  } catch (thrown) {
    if (!(thrown instanceof ProxyError)) deps.log.defect(thrown)
    const error = toProxyError(thrown)
    exchange.end({ state: 'failed', status: error.status, error: error.message })
    return renderError(error, exchange.id, { 'x-proxy-attempts': String(exchange.attemptCount) })
  }
}

function respond(served: Served, route: Route, exchange: Exchange, deps: MessagesDeps): Response {
  const { answer, target, flight } = served
  const headers = new Headers(answer.headers)
  headers.set('request-id', exchange.id)
  headers.set('x-proxy-provider', target.provider)
  headers.set('x-proxy-model', headerValue(target.model))
  if (target.region) headers.set('x-proxy-region', target.region)
  headers.set('x-proxy-attempts', String(exchange.attemptCount))
  if (answer.kind === 'json') {
    flight.succeeded()
    exchange.transcript?.hear(new TextEncoder().encode(answer.text))
    exchange.end({ state: 'complete', status: 200, error: null })
    return new Response(answer.text, { headers })
  }
  headers.set('cache-control', 'no-cache')
  const story = storyFor(route, exchange, deps)
  return new Response(relay({ ...served, answer }, exchange, { ...deps, story }), { headers })
}

function storyFor(route: Route, exchange: Exchange, deps: MessagesDeps): Story | null {
  const continues = deps.onStreamFailure === 'continue' && hasFreeForm(exchange.request)
  return continues ? createStory(createCarryOn(route, exchange, deps)) : null
}

/** A model id may be any text; a header may not. */
function headerValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed())
}

/**
 * Where the client's own credential goes upstream, what is remembered about a target belongs to
 * that credential: one subscription's limit must not keep another one out.
 */
function forClient(
  route: Route,
  { headers }: Pick<ClientRequest, 'headers'>,
  deps: MessagesDeps,
): Route {
  const targets = route.targets.map((target) => {
    if (!deps.providers.get(target.provider)?.passthrough) return target
    const hash = new Bun.CryptoHasher('sha256').update(credentialsIn(headers).join(' '))
    return { ...target, account: hash.digest('hex').slice(0, 16) }
  })
  return { ...route, targets }
}

async function handleCountTokens(
  request: Request,
  count: CountTokens,
  deps: MessagesDeps,
): Promise<Response> {
  const requestId = newRequestId()
  let redact = deps.redact
  try {
    const read = await readCountTokens(request, deps.limits)
    const headers = deps.access.withoutOurKey(read.headers)
    redact = redactorFor(headers, deps)
    const { targets } = forClient(deps.router(read.body.model), { headers }, deps)
    const asked = { ...read, headers }
    const { tokens, isEstimate } = await count(asked, targets, request.signal)
    return Response.json(
      { input_tokens: tokens },
      { headers: { 'request-id': requestId, ...(isEstimate && { 'x-proxy-estimate': 'true' }) } },
    )
  } catch (thrown) {
    if (!(thrown instanceof ProxyError)) deps.log.defect(thrown)
    return renderError(toProxyError(thrown).redacted(redact), requestId)
  }
}
