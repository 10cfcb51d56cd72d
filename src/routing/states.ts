import type { Provider } from '../providers/provider.ts'
import type { Block } from './block.ts'
import type { Health } from './health.ts'
import type { Target } from './target.ts'

/** Where a target stands now, and how much of its budget is used: what a person sees of it. */
export interface TargetState {
  id: string
  provider: string
  model: string
  region: string | null
  state: 'ready' | 'cooling' | 'unavailable' | 'misconfigured'
  /** Why it is not ready, as a sentence. */
  reason: string | null
  /** When it will be asked again, Unix ms; null when no time is set. */
  until: number | null
  in_flight: number
  requests_last_minute: number
  /** Requests per minute it allows, where that is known. */
  rpm: number | null
}

const STATE_OF: Record<Block['kind'], TargetState['state']> = {
  rate_limit: 'cooling',
  failure: 'cooling',
  unavailable: 'unavailable',
  misconfigured: 'misconfigured',
}

/** Every target, each once, in the order of the routes. */
export function targetStates(
  targets: readonly Target[],
  providers: ReadonlyMap<string, Provider>,
  health: Health,
): TargetState[] {
  const byId = new Map(targets.map((target) => [target.id, target]))
  return [...byId.values()].map((target) => {
    const unusable = providers.get(target.provider)?.unusable ?? null
    const block = health.blocked(target)
    const { inFlight, requestsLastMinute } = health.load(target)
    return {
      id: target.id,
      provider: target.provider,
      model: target.model || 'any model',
      region: target.region,
      state: unusable ? 'misconfigured' : block ? STATE_OF[block.kind] : 'ready',
      reason: unusable ?? block?.reason ?? null,
      until: unusable ? null : (block?.until ?? null),
      in_flight: inFlight,
      requests_last_minute: requestsLastMinute,
      rpm: target.limits.rpm,
    }
  })
}
