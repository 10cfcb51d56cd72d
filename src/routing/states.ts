import type { TargetState } from '../dashboard/target-state.ts'
import type { Provider } from '../providers/provider.ts'
import type { Health } from './health.ts'
import type { Target } from './target.ts'

const STATE_OF = {
  rate_limit: 'cooling',
  failure: 'cooling',
  unavailable: 'unavailable',
  misconfigured: 'misconfigured',
} as const

/** Where every target stands, each once, in the order of the routes. */
export function targetStates(
  targets: readonly Target[],
  providers: ReadonlyMap<string, Provider>,
  health: Health,
): TargetState[] {
  const byId = new Map(targets.map((target) => [target.id, target]))
  return [...byId.values()].map((target) => {
    const unusable = providers.get(target.provider)?.unusable ?? null
    const block = health.blocked(target)
    return {
      id: target.id,
      provider: target.provider,
      model: target.model,
      region: target.region,
      state: unusable ? 'misconfigured' : block ? STATE_OF[block.kind] : 'ready',
      reason: unusable ?? block?.reason ?? null,
      until: unusable ? null : (block?.until ?? null),
      in_flight: health.inFlight(target),
      requests_last_minute: health.requestsLastMinute(target),
      rpm: target.limits.rpm,
    }
  })
}
