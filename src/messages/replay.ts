import { ProxyError } from '../errors.ts'
import type { FoundRequest } from '../history/answers.ts'
import type { Reader } from '../history/reader.ts'
import { createRouter, type Route } from '../routing/router.ts'
import type { Target } from '../routing/target.ts'
import { readMessages } from './body.ts'
import type { ClientRequest } from './request.ts'
import { answer, type MessagesDeps, open, overheard } from './routes.ts'

export interface ReplayDeps extends MessagesDeps {
  reader: Reader
  /** Every target of the configuration. */
  configured: readonly Target[]
}

/**
 * Sends a request of the history again, to the target with this id or, with null, wherever its model
 * is routed now. Resolves with the id of the new request once that has ended, well or not; `signal`
 * cancels it. Rejects with a ProxyError where there is nothing that could be sent.
 */
export type Replay = (id: string, targetId: string | null, signal: AbortSignal) => Promise<string>

export function createReplay(deps: ReplayDeps): Replay {
  return async (id, targetId, signal) => {
    const request = await readAgain(id, deps)
    const route = routeFor(request.body.model, targetId, deps)
    const requestEnded = deps.inFlight.requestStarted()
    const exchange = open(request, signal, deps, id)
    exchange.onEnd(requestEnded)
    const response = await answer(exchange, { ...deps, router: () => route })
    await readToEnd(response.ok ? response : await overheard(response, exchange))
    return exchange.id
  }
}

async function readAgain(id: string, { reader, limits }: ReplayDeps): Promise<ClientRequest> {
  const original = await reader.find(id)
  if (!original) throw new ProxyError('not_found_error', `There is no request ${id}.`)
  const kept = (await reader.payload(id))?.request ?? null
  if (!kept) {
    throw refusal(
      `The body of ${id} was not kept, so it cannot be sent again. ` +
        'With `history.payloads: all` in the configuration the bodies of later requests are.',
    )
  }
  if (kept.is_cut) {
    throw refusal(
      `The body of ${id} was not kept whole (it was too long, or had images or documents in it), ` +
        'so it cannot be sent again.',
    )
  }
  const headers = headersOf(original)
  return readMessages(new Request(ADDRESS, { method: 'POST', headers, body: kept.text }), limits)
}

/** Nobody is asked there: only what stands behind the host would be read. */
const ADDRESS = 'http://replay/v1/messages'

function headersOf({ headers }: FoundRequest): Headers {
  const again = new Headers(headers ?? {})
  again.set('content-type', 'application/json')
  for (const name of ['content-length', 'content-encoding']) again.delete(name)
  return again
}

function routeFor(model: string, targetId: string | null, deps: ReplayDeps): Route {
  if (targetId === null) return withOurKeys(deps.router(model), deps)
  const target = deps.configured.find(({ id }) => id === targetId)
  if (!target) {
    throw refusal(`There is no target "${targetId}"; GET /api/providers lists them.`)
  }
  if (needsClient(target, deps)) throw refusal(onlyTheClient(target.provider))
  return createRouter({ enable: false, routes: [], passTo: target })(model)
}

/** The route less those who would ask for a credential that only the client has. */
function withOurKeys(route: Route, deps: ReplayDeps): Route {
  const targets = route.targets.filter((target) => !needsClient(target, deps))
  const [first] = route.targets
  if (first && targets.length === 0) throw refusal(onlyTheClient(first.provider))
  return { ...route, targets }
}

function needsClient({ provider }: Target, { providers }: ReplayDeps): boolean {
  return providers.get(provider)?.passthrough === true
}

function onlyTheClient(provider: string): string {
  return (
    `${provider} is asked with the client's own credential (auth: passthrough), ` +
    'which is never kept: choose a target with a key of its own.'
  )
}

async function readToEnd({ body }: Response): Promise<void> {
  const reader = body?.getReader()
  try {
    while (reader && !(await reader.read()).done);
  } catch {
    // The row says why it broke off.
  }
}

function refusal(message: string): ProxyError {
  return new ProxyError('invalid_request_error', message)
}
