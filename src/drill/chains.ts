import type { Config } from '../config/config.ts'
import { plainTarget } from '../config/variants.ts'
import type { Strategy } from '../routing/router.ts'
import { type Target, withModel } from '../routing/target.ts'
import { LONGEST_WAIT_MS } from './standing.ts'

/** Where the requests for some model go. */
export interface Chain {
  /** The model id that leads there. */
  model: string
  /** The routes that are this chain; none where routing is off. */
  routes: string[]
  strategy: Strategy
  targets: readonly Target[]
}

/** What is asked for where the id goes unchanged to the first provider. */
const PASSED_MODEL = 'claude-opus-5-5'

/** The distinct chains of a configuration; none where it has no provider. */
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
    const asked = targets.map((target) => withModel(target, model))
    const key = JSON.stringify([strategy, ...asked.map(({ id }) => id)])
    const known = chains.get(key)
    if (known) known.routes.push(model)
    else if (asked.length > 0) {
      chains.set(key, { model, routes: [model], strategy, targets: asked })
    }
  }
  return [...chains.values()]
}

/** What a chain can do about a fault, as far as its configuration says. */
export interface Setting {
  chain: Chain
  stream: boolean
  onStreamFailure: 'error' | 'continue'
  /** How long a request may wait for a free target, in ms. */
  maxWaitMs: number
  /** How long the first target may take, in ms: until content, or for all of an unstreamed answer. */
  limitMs: number
  /** How many tokens the first target takes, or most models do where that is not known. */
  windowTokens: number
  /** More than one target can be asked. */
  hasOthers: boolean
  /** Some target takes one request after the other. */
  isFree: boolean
  /** Some target besides the first asked does. */
  hasSpare: boolean
  /** The first target takes a second request at once. */
  mayTryAgain: boolean
}

export function settingFor({ routing }: Config, chain: Chain, stream: boolean): Setting {
  const { targets, strategy } = chain
  const [first] = targets
  const { onStreamFailure } = routing
  const maxWaitMs = Math.min(routing.maxWaitMs, LONGEST_WAIT_MS)
  const timers = first?.timers
  const limitMs = (stream ? timers?.firstEventTimeoutMs : timers?.idleTimeoutMs) ?? 0
  const unlimited = new Set(targets.filter(isUnlimited).map(({ id }) => id))
  // In any other order the first asked may be any.
  const taken = strategy === 'order' ? Number(first !== undefined && unlimited.has(first.id)) : 1
  return {
    chain,
    stream,
    onStreamFailure,
    maxWaitMs,
    limitMs,
    windowTokens: first?.contextWindow ?? USUAL_WINDOW,
    hasOthers: new Set(targets.map(({ id }) => id)).size > 1,
    isFree: unlimited.size > 0,
    hasSpare: unlimited.size > taken,
    mayTryAgain: targets.every(({ limits }) => limits.rpm !== 1),
  }
}

const USUAL_WINDOW = 200_000

function isUnlimited({ limits }: Target): boolean {
  return limits.rpm === null && limits.tpm === null
}
