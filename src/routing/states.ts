import type { Provider } from '../providers/provider.ts'
import type { Block } from './block.ts'
import type { Health } from './health.ts'
import type { Learned } from './learned.ts'
import type { Load } from './limits.ts'
import type { Route } from './router.ts'
import type { Target } from './target.ts'
import type { Tester, TestState } from './tester.ts'

/** Where a target stands now, and how much of its budget is used: what a person sees of it. */
export interface TargetState {
  id: string
  provider: string
  model: string
  region: string | null
  /** `half_open`: the rest is over, and one request tries whether the trouble is. */
  state: 'ready' | 'cooling' | 'half_open' | 'unavailable' | 'misconfigured' | 'paused'
  /** Why it is not ready, as a sentence. */
  reason: string | null
  /** When it will be asked again, Unix ms; null when no time is set. */
  until: number | null
  in_flight: number
  requests_last_minute: number
  tokens_last_minute: number
  /** What the config says it takes. */
  rpm: number | null
  tpm: number | null
  max_concurrent: number | null
  /** What it has turned out to take, where the config says nothing. */
  learned_rpm: LearnedLimit | null
  learned_tpm: LearnedLimit | null
  /** How long it usually takes until content, in ms. */
  first_event_ms: number | null
  /** What it has turned out not to know, and is spared since, as `strip` in the config writes it. */
  unsupported: readonly string[]
  /** What the config has left out of every request. */
  strip: readonly string[]
  /** The routes that ask it, and at which place in their order, from 1. */
  routes: { model: string; place: number }[]
  test: TestState
}

export interface LearnedLimit {
  value: number
  /** 0 to 1: how much of what was seen since agrees with it. */
  confidence: number
}

const STATE_OF: Record<Block['kind'], TargetState['state']> = {
  rate_limit: 'cooling',
  failure: 'cooling',
  unavailable: 'unavailable',
  misconfigured: 'misconfigured',
  paused: 'paused',
}

export interface StatesDeps {
  providers: ReadonlyMap<string, Provider>
  health: Health
  learned: Learned
  routes: readonly Route[]
  tester: Pick<Tester, 'stateOf'>
  /** How far the routing's clock, which never runs backwards, is ahead of the one on the wall. */
  aheadMs: () => number
}

/** Every target, each once, in the order of the routes. */
export function targetStates(
  targets: readonly Target[],
  { providers, health, learned, routes, tester, aheadMs }: StatesDeps,
): TargetState[] {
  const byId = new Map(targets.map((target) => [target.id, target]))
  return [...byId.values()].map((target) => {
    const asked = health.covered(target)
    const meant = asked.length > 0 ? asked : [target]
    // One account or model that is out is worth more attention than all that are not.
    const [worst = target] = meant.toSorted((a, b) => untilOf(b, health) - untilOf(a, health))
    const block = health.blocked(worst)
    // What a person decided is to be seen even where a key is missing, or nobody would undo it.
    const isPaused = block?.kind === 'paused'
    const unusable = isPaused ? null : (providers.get(target.provider)?.unusable ?? null)
    const loads = meant.map((one) => health.load(one))
    const { rpm, tpm } = health.load(worst)
    return {
      id: target.id,
      provider: target.provider,
      model: target.model || 'any model',
      region: target.region,
      state: unusable ? 'misconfigured' : stateOf(block),
      reason: unusable ?? block?.reason ?? null,
      until: unusable || isPaused || !block || block.isBeingTried ? null : block.until - aheadMs(),
      in_flight: sum(loads, ({ inFlight }) => inFlight),
      requests_last_minute: sum(loads, ({ requestsLastMinute }) => requestsLastMinute),
      tokens_last_minute: sum(loads, ({ tokensLastMinute }) => tokensLastMinute),
      rpm: target.limits.rpm,
      tpm: target.limits.tpm,
      max_concurrent: target.limits.maxConcurrent,
      learned_rpm: target.limits.rpm === null ? learnedLimit(rpm) : null,
      learned_tpm: target.limits.tpm === null ? learnedLimit(tpm) : null,
      first_event_ms: health.pace(worst),
      unsupported: learned.by(target),
      strip: target.strip,
      routes: placesOf(target, routes),
      test: tester.stateOf(target),
    }
  })
}

function placesOf({ id }: Target, routes: readonly Route[]): TargetState['routes'] {
  return routes.flatMap(({ model, targets }) => {
    const ids = [...new Set(targets.map((target) => target.id))]
    return ids.includes(id) ? [{ model, place: ids.indexOf(id) + 1 }] : []
  })
}

function untilOf(target: Target, health: Health): number {
  return health.blocked(target)?.until ?? 0
}

function sum(loads: readonly Load[], of: (load: Load) => number): number {
  return loads.reduce((total, load) => total + of(load), 0)
}

function stateOf(block: Block | null): TargetState['state'] {
  if (!block) return 'ready'
  return block.isBeingTried ? 'half_open' : STATE_OF[block.kind]
}

function learnedLimit({ perMinute, confidence }: Load['rpm']): LearnedLimit | null {
  return perMinute === null ? null : { value: perMinute, confidence }
}
