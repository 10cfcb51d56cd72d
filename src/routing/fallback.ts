import { ProxyError } from '../errors.ts'
import type { Attempt, Exchange } from '../messages/exchange.ts'
import type { ClientRequest } from '../messages/request.ts'
import type { Provider } from '../providers/provider.ts'
import { missingTools, toolsKnownAt } from './anthropic-tools.ts'
import { type Answer, runAttempt } from './attempt.ts'
import { fitTo } from './fit.ts'
import type { Flight } from './health.ts'
import type { InFlight } from './in-flight.ts'
import { narrowToLarger } from './larger.ts'
import type { Learned } from './learned.ts'
import { type NextClaimDeps, type NextClaims, nextClaims } from './next-claim.ts'
import { pause } from './pause.ts'
import { type Claim, createPlan, type Plan, type PlanDeps } from './plan.ts'
import { finalError } from './refusal.ts'
import type { Route } from './router.ts'
import { RULES } from './rules.ts'
import type { Signatures } from './signatures.ts'
import type { Target } from './target.ts'
import { rememberThinking } from './thinking.ts'
import { unknownIn } from './unknown.ts'

export interface FallbackDeps extends Omit<PlanDeps, 'isUsable' | 'missing'>, NextClaimDeps {
  providers: ReadonlyMap<string, Provider>
  inFlight: InFlight
  learned: Learned
  signatures: Signatures
  /** Whether who runs the server tools that a request asks for is asked before who does not. */
  serverTools: 'move' | 'remove'
  /** The pause before a second try where no other target is left, in ms. */
  retryTimeoutMs: number
}

/** An answer that has begun, and whom to tell how it goes on. */
export interface Served {
  answer: Answer
  /** The words that were answered. */
  request: ClientRequest
  target: Target
  attempt: Attempt
  flight: Flight
}

/** How a request is put to a target: in other words where the first are refused. */
export type Wordings = (target: Target) => readonly [ClientRequest, ...ClientRequest[]]

/**
 * Asks the targets of a route until one answers: in order, at once, and only where all are out after
 * a wait. Throws the error the client shall see when nobody is left to ask, or at once where the
 * request itself is at fault.
 */
export async function answerFrom(
  wordings: Wordings,
  route: Route,
  exchange: Exchange,
  deps: FallbackDeps,
): Promise<Served> {
  const isUsable = (target: Target) => providerOf(target, deps).unusable === null
  const missing = (target: Target) => toolsMissingAt(target, exchange, deps)
  const plan = createPlan(route, exchange, { ...deps, isUsable, missing })
  if (plan.preferred) exchange.prefer(plan.preferred)
  const claims = nextClaims(plan, exchange, deps)
  const search: Search = {
    wordings,
    route,
    plan,
    exchange,
    claims,
    deps,
    tooLong: null,
  }
  for (let claim = await claims.first(); claim; claim = await claims.next()) {
    const result = await askTwiceAtMost(claim, search)
    if (!(result instanceof ProxyError)) return result
    plan.failed(claim.target, result)
  }
  throw search.tooLong ?? nobodyLeft(search)
}

function toolsMissingAt(target: Target, { request }: Exchange, deps: FallbackDeps): string[] {
  if (deps.serverTools === 'remove') return []
  return missingTools(request.body, toolsKnownAt(target, providerOf(target, deps)))
}

/** One request on its way from target to target. */
interface Search {
  wordings: Wordings
  route: Route
  plan: Plan
  claims: NextClaims
  exchange: Exchange
  deps: FallbackDeps
  /** What a target with too small a window said: the truth, if no larger one answers. */
  tooLong: ProxyError | null
}

/** The answer, or why there is none. Throws what the client must hear at once. */
async function askTwiceAtMost(claim: Claim, search: Search): Promise<Served | ProxyError> {
  const { plan, exchange, deps } = search
  const first = await ask(claim, search)
  if (!(first instanceof ProxyError)) return first
  const { again } = ruleOf(first)
  // Whoever has just failed others gets no second chance from each of them.
  if (!again || !claim.isTrusted || !deps.inFlight.claimSecondTry()) return first
  try {
    const isFresh = again === 'at_once'
    if (!isFresh)
      await pause(plan.hasNext() ? SHORT_PAUSE_MS : deps.retryTimeoutMs, exchange.signal)
    const reason = isFresh ? 'once more on a fresh connection' : 'once more after a pause'
    const second = plan.again(claim.target, reason)
    return second ? await ask(second, search, { isFresh }) : first
  } finally {
    deps.inFlight.secondTryEnded()
  }
}

/** What a target does not know is left out, one thing after the other, and remembered. */
const MAX_STRIPS = 3

async function ask(
  claim: Claim,
  search: Search,
  { isFresh = false, strips = 0, wordings = search.wordings(claim.target) } = {},
): Promise<Served | ProxyError> {
  const { target, flight, reason } = claim
  const { exchange, deps } = search
  const [request, ...others] = wordings
  const provider = providerOf(target, deps)
  const attempt = exchange.startAttempt(target, { reason, waitMs: search.claims.takeWaitMs() })
  const since = performance.now()
  let fitted = request
  try {
    const heard = (headers: Headers) => {
      attempt.heard()
      flight.heard(headers)
    }
    const options = { isFresh, heard }
    fitted = fitTo(request, target, provider, deps)
    const answer = await runAttempt(provider, fitted, target, exchange, options)
    flight.answered(answer.kind === 'stream' ? performance.now() - since : null)
    attempt.committed(answer.usage, () => ended(search, target, flight, answer))
    return { answer, request, target, attempt, flight }
  } catch (error) {
    if (!(error instanceof ProxyError)) {
      flight.ended(null)
      throw error
    }
    attempt.failed(error)
    const { outcome, upstreamStatus } = error.details
    const unsupported = unknownIn(fitted, error, provider, request.headers)
    const isClientsToRenew = provider.passthrough && upstreamStatus === 401
    const isNews = strips < MAX_STRIPS && unsupported.length > 0
    // Nothing is wrong with the target where the client left, or will renew its own credential.
    if (outcome !== 'aborted' && !isClientsToRenew && !isNews) flight.failed(error)
    flight.ended(outcome === 'aborted' ? null : 0)
    if (isNews) {
      deps.learned.learn(target, unsupported)
      const again = search.plan.retake(target, 'once more without what it does not know')
      return again ? ask(again, search, { wordings, strips: strips + 1 }) : error
    }
    if (outcome === 'rejected' && isOneOrMore(others)) {
      const again = search.plan.retake(target, 'once more in other words')
      if (again) return ask(again, search, { wordings: others })
    }
    if (isClientsToRenew || isFinal(error, target, search)) throw error
    return error
  }
}

function isOneOrMore<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0
}

/** Whether nobody else could do better. What is too large needs a target that takes more. */
function isFinal(error: ProxyError, target: Target, search: Search): boolean {
  const { isFinal, widens } = ruleOf(error)
  if (!widens) return isFinal === true
  search.tooLong = error
  const { plan, exchange, deps } = search
  const mostBytes = (one: Target) => providerOf(one, deps).maxBodyBytes ?? 0
  return !narrowToLarger(plan, { error, target, bytes: exchange.request.bytes.length, mostBytes })
}

/** The end of an answer, however it ended. */
function ended(
  { exchange, deps }: Search,
  target: Target,
  flight: Flight,
  { usage, minted }: Pick<Answer, 'usage' | 'minted'>,
) {
  const { input_tokens, output_tokens, cache_creation_input_tokens } = usage
  const said = input_tokens !== null || output_tokens !== null
  const tokens = (input_tokens ?? 0) + (output_tokens ?? 0) + (cache_creation_input_tokens ?? 0)
  flight.ended(said ? tokens : null)
  deps.affinity?.answered(exchange, target, usage)
  rememberThinking(minted, target, providerOf(target, deps), deps.signatures)
}

function providerOf({ provider }: Target, { providers }: FallbackDeps): Provider {
  const found = providers.get(provider)
  if (!found) throw new Error(`no provider "${provider}"`)
  return found
}

function ruleOf(error: ProxyError) {
  return RULES[error.details.outcome ?? 'server_error']
}

const SHORT_PAUSE_MS = 200

function nobodyLeft({ route, plan, deps }: Search): ProxyError {
  return finalError({
    targets: route.targets,
    failures: plan.failures,
    blockOf: plan.blockOf,
    unusable(target) {
      const reason = providerOf(target, deps).unusable
      return reason === null
        ? null
        : new ProxyError('authentication_error', reason, { outcome: 'credential' })
    },
    now: deps.steadyNow(),
  })
}
