import { orAborted } from '../abort.ts'
import { type Outcome, ProxyError } from '../errors.ts'
import type { Provider } from '../providers/provider.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import { type FitDeps, fitTo } from '../routing/fit.ts'
import type { Health } from '../routing/health.ts'
import { memoryKey, type Target } from '../routing/target.ts'
import { countsAlike } from './counting.ts'
import { tokenEstimate } from './estimate.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

export interface CounterDeps extends FitDeps {
  providers: ReadonlyMap<string, Provider>
  health: Pick<Health, 'blocked'>
  /** A clock that never runs backwards, in Unix ms. */
  steadyNow: () => number
}

export interface TokenCount {
  tokens: number
  isEstimate: boolean
}

/** Throws what tells the client that its request is wrong. */
export type CountTokens = (
  request: ClientRequest<CountTokensBody>,
  chain: readonly Target[],
  clientSignal: AbortSignal,
) => Promise<TokenCount>

/** Claude Code asks 25 of these at once for `/context`; a slow count is worth less than a guess. */
const PATIENCE_MS = 3000
const CHAIN_PATIENCE_MS = 2 * PATIENCE_MS
/** How long a counter is not asked again that failed for a reason of its own. */
const SHORT_REST_MS = 30_000
const REST_MS: Partial<Record<Outcome, number>> = {
  // There is none: compatible servers, and models behind an ARN.
  unavailable: 60 * 60_000,
  // These are about the request.
  unsupported: 0,
  too_long: 0,
}

/**
 * The input tokens of a request for the first target of a chain: counted there, or by a later one
 * that counts alike, as all Claude models of one generation do; else estimated, since another
 * family's count would be further off. Counting neither uses nor touches a target's limits and
 * cooldowns.
 */
export function createTokenCounter(deps: CounterDeps): CountTokens {
  const { providers, health, steadyNow } = deps
  const restsUntil = createRecent<number>(MOST_TARGETS)
  const keyOf = (target: Target) => memoryKey(target, target.id)

  function counterOf(target: Target): Provider | null {
    const provider = providers.get(target.provider)
    if (provider?.unusable !== null || !provider.countTokens) return null
    if (health.blocked(target)?.kind === 'paused') return null
    return (restsUntil.get(keyOf(target)) ?? 0) > steadyNow() ? null : provider
  }

  async function ask(target: Target, request: ClientRequest<CountTokensBody>, until: AbortSignal) {
    const provider = counterOf(target)
    if (!provider) return null
    const ms = Math.min(PATIENCE_MS, target.timers.firstEventTimeoutMs)
    const timeout = AbortSignal.timeout(ms)
    const signal = AbortSignal.any([until, timeout])
    try {
      const fitted = fitTo(request, target, provider, deps)
      const counting = provider.countTokens?.({ request: fitted, target, signal })
      return counting ? await orAborted(counting, signal) : null
    } catch (error) {
      const isKnown = error instanceof ProxyError || signal.aborted
      const outcome = error instanceof ProxyError ? error.details.outcome : undefined
      if (!isKnown || outcome === 'rejected') throw error
      const restMs = REST_MS[outcome ?? 'silent'] ?? SHORT_REST_MS
      if (!until.aborted) restsUntil.set(keyOf(target), steadyNow() + restMs)
      return null
    }
  }

  return async (request, chain, clientSignal) => {
    const first = chain.find(({ provider }) => providers.get(provider)?.unusable === null)
    const model = (first ?? chain[0])?.baseModel ?? request.body.model
    const until = AbortSignal.any([clientSignal, AbortSignal.timeout(CHAIN_PATIENCE_MS)])
    for (const target of chain.filter(({ baseModel }) => countsAlike(baseModel, model))) {
      const tokens = until.aborted ? null : await ask(target, request, until)
      if (tokens !== null) return { tokens, isEstimate: false }
    }
    return { tokens: tokenEstimate(request.body)(model), isEstimate: true }
  }
}
