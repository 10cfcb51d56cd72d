import { type Outcome, ProxyError } from '../errors.ts'
import type { Exchange } from '../messages/exchange.ts'
import type { Provider } from '../providers/provider.ts'
import { type Answer, runAttempt } from './attempt.ts'
import type { Block, Health } from './health.ts'
import type { InFlight } from './in-flight.ts'
import { RULES } from './rules.ts'
import type { Target } from './target.ts'

export interface FallbackDeps {
  providers: ReadonlyMap<string, Provider>
  health: Health
  inFlight: InFlight
  now: () => number
  /** The pause before a second try where no other target is left, in ms. */
  retryTimeoutMs: number
  /** Takes the secrets out of what an upstream said. */
  redact(text: string): string
}

export interface Served {
  answer: Answer
  target: Target
}

/**
 * Asks the targets of a chain in order until one answers. Throws the error the client shall see
 * when nobody is left to ask, or at once where the request itself is at fault.
 */
export async function answerFrom(
  chain: Target[],
  exchange: Exchange,
  deps: FallbackDeps,
): Promise<Served> {
  const blocked: { target: Target; block: Block }[] = []
  const failures: ProxyError[] = []

  for (const [position, target] of chain.entries()) {
    const block = deps.health.blocked(target)
    if (block) {
      blocked.push({ target, block })
      continue
    }
    const isLast = position === chain.length - 1
    const result = await askTwiceAtMost(target, exchange, deps, isLast)
    if (!(result instanceof ProxyError)) return { answer: result, target }
    failures.push(result)
  }

  // All are out, and not because they said 429: the least bad one is better than none.
  const panic = failures.length === 0 ? leastBad(blocked) : null
  if (panic) {
    const result = await askTwiceAtMost(panic, exchange, deps, true)
    if (!(result instanceof ProxyError)) return { answer: result, target: panic }
    failures.push(result)
  }
  throw finalError(chain, failures, deps)
}

/** The answer, or why there is none. Throws what the client must hear at once. */
async function askTwiceAtMost(
  target: Target,
  exchange: Exchange,
  deps: FallbackDeps,
  isLast: boolean,
): Promise<Answer | ProxyError> {
  const first = await ask(target, exchange, deps)
  if (!(first instanceof ProxyError)) return first
  const { again } = ruleOf(first)
  if (!again || !deps.inFlight.claimSecondTry()) return first
  try {
    if (again === 'after_pause')
      await pause(isLast ? deps.retryTimeoutMs : SHORT_PAUSE_MS, exchange)
    return await ask(target, exchange, deps)
  } finally {
    deps.inFlight.secondTryEnded()
  }
}

async function ask(
  target: Target,
  exchange: Exchange,
  deps: FallbackDeps,
): Promise<Answer | ProxyError> {
  const provider = deps.providers.get(target.provider)
  if (!provider) throw new Error(`no provider "${target.provider}"`)
  const attempt = exchange.startAttempt(target)
  const finish = deps.health.started(target)
  try {
    if (provider.unusable) throw unusable(provider.unusable)
    const answer = await runAttempt(
      provider,
      exchange.request,
      target,
      exchange.signal,
      deps.redact,
    )
    attempt.committed(answer.kind === 'json' ? answer.usage : answer.watch.usage)
    exchange.onEnd(finish)
    deps.health.succeeded(target)
    return answer
  } catch (error) {
    finish(0)
    if (!(error instanceof ProxyError)) throw error
    attempt.failed(error)
    if (error.details.outcome === 'aborted') throw error
    // The client will renew its own credential; nothing is wrong with the target.
    if (provider.passthrough && error.details.outcome === 'credential') throw error
    deps.health.failed(target, error)
    if (ruleOf(error).isFinal) throw error
    return error
  }
}

function unusable(reason: string): ProxyError {
  return new ProxyError('authentication_error', reason, { outcome: 'credential' })
}

function ruleOf(error: ProxyError) {
  return RULES[error.details.outcome ?? 'server_error']
}

const SHORT_PAUSE_MS = 200

/** Jittered, so that the requests of one outage do not come back in step. Ends with the exchange. */
async function pause(ms: number, { signal }: Exchange): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2))
  const stop = () => resolve()
  signal.addEventListener('abort', stop, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
}

/** Cooling down after a failure first, then what was marked; never what is rate limited. */
function leastBad(blocked: { target: Target; block: Block }[]): Target | null {
  const badness = ({ kind, until }: Block) => (kind === 'failure' ? 0 : 1e15) + until
  const [least] = blocked
    .filter(({ block }) => block.kind !== 'rate_limit')
    .sort((a, b) => badness(a.block) - badness(b.block))
  return least?.target ?? null
}

/**
 * The error of a request that nobody answered. A rate limit comes first, since waiting helps; then
 * what may pass by itself; then what a person has to mend.
 */
function finalError(chain: Target[], failures: ProxyError[], deps: FallbackDeps): ProxyError {
  const blocks = chain
    .map((target) => deps.health.blocked(target))
    .filter((block) => block !== null)
  const limits = blocks.filter(({ kind }) => kind === 'rate_limit')
  if (limits.length > 0) {
    const soonest = Math.min(...limits.map(({ until }) => until)) - deps.now()
    return rateLimited(chain, failures, limits, soonest)
  }
  const passing = failures.filter((error) => isPassing(error.details.outcome))
  const error = passing.at(-1) ?? failures.at(-1)
  return error ?? new ProxyError('overloaded_error', blocks[0]?.reason ?? 'No target is usable')
}

function isPassing(outcome: Outcome | undefined): boolean {
  return outcome !== 'credential' && outcome !== 'billing' && outcome !== 'unavailable'
}

/** A client that is told to wait longer than this gives up at once. */
const MAX_RETRY_AFTER_S = 60

function rateLimited(
  chain: Target[],
  failures: ProxyError[],
  limits: Block[],
  soonestMs: number,
): ProxyError {
  const seconds = Math.min(MAX_RETRY_AFTER_S, Math.max(1, Math.ceil(soonestMs / 1000)))
  const said = failures.findLast(({ code }) => code === 'rate_limit_error') ?? limits[0]
  const why = said instanceof ProxyError ? said.message : (said?.reason ?? '')
  const targets = chain.length === 1 ? chain[0]?.id : `all ${chain.length} targets`
  return new ProxyError(
    'rate_limit_error',
    `Rate limited: ${targets}; the earliest is free in ${seconds} s. ${why}`,
    { outcome: 'rate_limited', headers: { 'retry-after': String(seconds) } },
  )
}
