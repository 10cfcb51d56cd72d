import type { Config, RouteTarget } from '../config/config.ts'
import { plainTarget } from '../config/variants.ts'
import { isClaude } from '../providers/claude/models.ts'
import type { Strategy } from '../routing/router.ts'
import { targetId } from '../routing/target.ts'

/** Where the requests for some model go. */
export interface Chain {
  /** The model id that leads there. */
  model: string
  /** The routes that are this chain; none where routing is off. */
  routes: string[]
  strategy: Strategy
  targets: readonly RouteTarget[]
}

/** What is asked for where the id goes unchanged to the first provider. */
const PASSED_MODEL = 'claude-opus-5-5'

/**
 * The distinct chains of a configuration, as far as simulators can stand in for their targets; none
 * where it has no provider.
 */
export function chainsOf(config: Config): Chain[] {
  const { routing, providers, server } = config
  const [first] = providers.values()
  if (!first) return []
  if (!routing.enable) {
    const targets = [plainTarget(PASSED_MODEL, first, server)]
    return [{ model: PASSED_MODEL, routes: [], strategy: 'order', targets }]
  }
  const chains = new Map<string, Chain>()
  for (const { model, strategy, targets } of routing.routes) {
    const playable = targets
      .filter((target) => canStandIn(target, config))
      .map((target) => withModel(target, model))
    const key = JSON.stringify([strategy, ...playable.map(({ id }) => id)])
    const known = chains.get(key)
    if (known) known.routes.push(model)
    else if (playable.length > 0) {
      chains.set(key, { model, routes: [model], strategy, targets: playable })
    }
  }
  return [...chains.values()]
}

/** On Bedrock the simulator speaks Claude's own format only. */
function canStandIn({ provider, model }: RouteTarget, { providers }: Config): boolean {
  return providers.get(provider)?.type !== 'bedrock' || isClaude(model) || model.startsWith('arn:')
}

/** A target that takes the id as it comes will be asked for this one. */
function withModel(target: RouteTarget, model: string): RouteTarget {
  return target.model === '' ? { ...target, model, id: targetId({ ...target, model }) } : target
}
