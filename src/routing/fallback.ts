import { type Outcome, ProxyError } from '../errors.ts'
import type { Attempt, Exchange } from '../messages/exchange.ts'
import type { ClientRequest } from '../messages/request.ts'
import { without } from '../providers/claude/unsupported.ts'
import type { Provider } from '../providers/provider.ts'
import { type Answer, runAttempt } from './attempt.ts'
import type { Block } from './block.ts'
import type { Flight, Health } from './health.ts'
import type { InFlight } from './in-flight.ts'
import { hasLearned, type Learned } from './learned.ts'
import type { Route } from './router.ts'
import { RULES } from './rules.ts'
import type { Target } from './target.ts'

export interface FallbackDeps {
  providers: ReadonlyMap<string, Provider>
  health: Health
  inFlight: InFlight
  learned: Learned
  now: () => number
  /** The pause before a second try where no other target is left, in ms. */
  retryTimeoutMs: number
}

/** An answer that has begun, and whom to tell how it goes on. */
export interface Served {
  answer: Answer
  target: Target
  attempt: Attempt
  flight: Flight
}

/**
 * Asks the targets of a chain in order until one answers. Throws the error the client shall see
 * when nobody is left to ask, or at once where the request itself is at fault.
 */
export async function answerFrom(
  request: ClientRequest,
  { targets: chain }: Route,
  exchange: Exchange,
  deps: FallbackDeps,
): Promise<Served> {
  const failures = new Map<Target, ProxyError>()
  const blockOf = (target: Target) => deps.health.blocked(target)

  for (const [position, target] of chain.entries()) {
    if (blockOf(target) || unusable(target, deps)) continue
    const isLast = chain.slice(position + 1).every(blockOf)
    const result = await askTwiceAtMost(target, request, exchange, deps, isLast)
    if (!(result instanceof ProxyError)) return result
    failures.set(target, result)
  }

  const rest = chain.filter((target) => !failures.has(target) && !unusable(target, deps))
  const panic = leastBad(rest, blockOf)
  if (panic) {
    const result = await askTwiceAtMost(panic, request, exchange, deps, true)
    if (!(result instanceof ProxyError)) return result
    failures.set(panic, result)
  }
  throw finalError(chain, failures, deps)
}

/** The answer, or why there is none. Throws what the client must hear at once. */
async function askTwiceAtMost(
  target: Target,
  request: ClientRequest,
  exchange: Exchange,
  deps: FallbackDeps,
  isLast: boolean,
): Promise<Served | ProxyError> {
  const first = await ask(target, request, exchange, deps)
  if (!(first instanceof ProxyError)) return first
  const { again } = ruleOf(first)
  if (!again || deps.health.blocked(target)?.kind === 'rate_limit') return first
  if (!deps.inFlight.claimSecondTry()) return first
  try {
    if (again === 'after_pause') {
      await pause(isLast ? deps.retryTimeoutMs : SHORT_PAUSE_MS, exchange)
    }
    return await ask(target, request, exchange, deps, { isFresh: again === 'at_once' })
  } finally {
    deps.inFlight.secondTryEnded()
  }
}

/** What a target does not know is left out, one thing after the other, and remembered. */
const MAX_STRIPS = 3

async function ask(
  target: Target,
  request: ClientRequest,
  exchange: Exchange,
  deps: FallbackDeps,
  { isFresh = false, strips = 0 } = {},
): Promise<Served | ProxyError> {
  const provider = providerOf(target, deps)
  const attempt = exchange.startAttempt(target, { reason: 'next in order', waitMs: 0 })
  const flight = deps.health.started(target)
  const known = deps.learned.about(target)
  try {
    const complete = without(request, known)
    const answer = await runAttempt(provider, complete, target, exchange, isFresh)
    attempt.committed(answer.usage)
    exchange.onEnd(flight.ended)
    return { answer, target, attempt, flight }
  } catch (error) {
    flight.ended(0)
    if (!(error instanceof ProxyError)) throw error
    attempt.failed(error)
    const { outcome, upstreamStatus, unsupported } = error.details
    if (outcome === 'aborted') throw error
    if (unsupported && strips < MAX_STRIPS && !hasLearned(known, unsupported)) {
      deps.learned.learn(target, unsupported)
      return ask(target, request, exchange, deps, { strips: strips + 1 })
    }
    // The client will renew its own credential; nothing is wrong with the target.
    if (provider.passthrough && upstreamStatus === 401) throw error
    flight.failed(error)
    if (ruleOf(error).isFinal) throw error
    return error
  }
}

function providerOf({ provider }: Target, { providers }: FallbackDeps): Provider {
  const found = providers.get(provider)
  if (!found) throw new Error(`no provider "${provider}"`)
  return found
}

/** Why a target cannot be asked at all, as the sentence its provider has for that. */
function unusable(target: Target, deps: FallbackDeps): ProxyError | null {
  const reason = providerOf(target, deps).unusable
  return reason === null
    ? null
    : new ProxyError('authentication_error', reason, { outcome: 'credential' })
}

function ruleOf(error: ProxyError) {
  return RULES[error.details.outcome ?? 'server_error']
}

const SHORT_PAUSE_MS = 200

/** Jittered, so that the requests of one outage do not come back in step. Ends with the exchange. */
async function pause(ms: number, { signal }: Exchange): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  const timer = setTimeout(stop, ms * (0.75 + Math.random() / 2))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
}

/**
 * When every target that was not asked is out, and none because of a rate limit, the least bad one
 * is better than none: what is cooling down after a failure first, then what was marked.
 */
function leastBad(targets: Target[], blockOf: (target: Target) => Block | null): Target | null {
  const badness = (target: Target) => {
    const block = blockOf(target)
    return block ? (block.kind === 'failure' ? 0 : 1e15) + block.until : 0
  }
  if (targets.some((target) => blockOf(target)?.kind === 'rate_limit')) return null
  return targets.toSorted((a, b) => badness(a) - badness(b))[0] ?? null
}

/**
 * The error of a request that nobody answered. A rate limit comes first, since waiting helps; then
 * what may pass by itself; then what a person has to mend.
 */
function finalError(
  chain: readonly Target[],
  failed: ReadonlyMap<Target, ProxyError>,
  deps: FallbackDeps,
): ProxyError {
  const blocks = chain
    .map((target) => deps.health.blocked(target))
    .filter((block) => block !== null)
  const limited = chain.filter((target) => isRateLimited(target, failed, deps))
  if (limited.length > 0) {
    const soonestMs = Math.min(...blocks.map(({ until }) => until)) - deps.now()
    const said = [...failed.values()].findLast(({ code }) => code === 'rate_limit_error')
    const why = said?.message ?? limited.map((target) => deps.health.blocked(target)?.reason)[0]
    return rateLimited(chain, why ?? '', soonestMs, said)
  }
  const failures = [...failed.values()]
  const passing = failures.filter((error) => isPassing(error.details.outcome))
  const reasons = chain.map((target) => unusable(target, deps)).filter((error) => error !== null)
  const error = passing.at(-1) ?? failures.at(-1) ?? reasons.at(-1)
  return error ?? new ProxyError('overloaded_error', blocks[0]?.reason ?? 'No target is usable')
}

/** An upstream said so, now or before; a counter of ours counts only where it kept us from asking. */
function isRateLimited(
  target: Target,
  failed: ReadonlyMap<Target, ProxyError>,
  { health }: FallbackDeps,
): boolean {
  const failure = failed.get(target)
  if (failure) return failure.details.outcome === 'rate_limited'
  return health.blocked(target)?.kind === 'rate_limit'
}

function isPassing(outcome: Outcome | undefined): boolean {
  return outcome !== 'credential' && outcome !== 'billing' && outcome !== 'unavailable'
}

/** A client that is told to wait longer than this gives up at once. */
const MAX_RETRY_AFTER_S = 60

function rateLimited(
  chain: readonly Target[],
  why: string,
  soonestMs: number,
  cause: ProxyError | undefined,
): ProxyError {
  const seconds = Math.max(1, Math.ceil(soonestMs / 1000))
  const targets = chain.length === 1 ? chain[0]?.id : `all ${chain.length} targets`
  return new ProxyError(
    'rate_limit_error',
    `${why} (${targets} rate limited; the earliest is free in ${seconds} s)`,
    {
      outcome: 'rate_limited',
      cause,
      headers: { 'retry-after': String(Math.min(MAX_RETRY_AFTER_S, seconds)) },
    },
  )
}
