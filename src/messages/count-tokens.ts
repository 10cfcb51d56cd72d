import { ProxyError } from '../errors.ts'
import { without } from '../providers/claude/unsupported.ts'
import type { Provider } from '../providers/provider.ts'
import type { Learned } from '../routing/learned.ts'
import type { Target } from '../routing/target.ts'
import { estimateTokens } from './estimate.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'

/** Claude Code asks 25 of these at once for `/context`; a slow count is worth less than a guess. */
const TIMEOUT_MS = 10_000

/**
 * The input tokens of a request: counted by the first target of the chain that can, else estimated.
 * Counting neither uses nor touches a target's limits and cooldowns. Throws only what tells the
 * client that its request is wrong.
 */
export async function countTokens(
  request: ClientRequest<CountTokensBody>,
  chain: readonly Target[],
  { providers, learned }: { providers: ReadonlyMap<string, Provider>; learned: Learned },
  clientSignal: AbortSignal,
): Promise<{ tokens: number; isEstimate: boolean }> {
  const signal = AbortSignal.any([clientSignal, AbortSignal.timeout(TIMEOUT_MS)])
  for (const target of chain) {
    const provider = providers.get(target.provider)
    if (!provider?.countTokens || provider.unusable) continue
    try {
      const known = without(request, learned.about(target))
      const tokens = await provider.countTokens({ request: known, target, signal })
      return { tokens, isEstimate: false }
    } catch (error) {
      if (error instanceof ProxyError && error.details.outcome === 'rejected') throw error
      if (clientSignal.aborted) throw error
    }
  }
  return { tokens: estimateTokens(request), isEstimate: true }
}
