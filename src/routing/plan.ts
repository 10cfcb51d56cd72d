import type { ProxyError } from '../errors.ts'
import { quickEstimate } from '../messages/estimate.ts'
import type { Exchange } from '../messages/exchange.ts'
import type { PriceOf } from '../prices/prices.ts'
import type { Affinity } from './affinity.ts'
import type { Block } from './block.ts'
import type { Flight, Health } from './health.ts'
import type { Route, Strategy } from './router.ts'
import type { Ordering } from './strategy.ts'
import type { Target } from './target.ts'

export interface PlanDeps {
  health: Health
  /** Null where sessions do not stay with their prompt cache. */
  affinity: Affinity | null
  ordering: Ordering
  priceOf: PriceOf
  /** A clock that never runs backwards, in Unix ms. */
  steadyNow: () => number
  /** Whether it lacks something only a person can give it, such as a key. */
  isUsable(target: Target): boolean
  /** The tools this request asks for and would have to do without there. */
  missing(target: Target): readonly string[]
}

/** A target that one request is about to ask. Its flight has begun. */
export interface Claim {
  target: Target
  flight: Flight
  /** Why this one, as a sentence. */
  reason: string
  /** Nothing was wrong with it, so that a failure may be a passing one. */
  isTrusted: boolean
}

/** The targets one request may ask: in which order, how often, and until when there is hope. */
export interface Plan {
  /**
   * Whom this request would ask first, were everyone well: by the strategy of the route, of those
   * that have what they need (a key, the tools the request asks for). Cooldowns, limits and who
   * holds the prompt cache play no part: those are the reasons to ask somebody else.
   */
  readonly preferred: Target | null
  /** Why each target that was asked gave no answer. */
  readonly failures: ReadonlyMap<Target, ProxyError>
  /** The first target that was not asked yet and may be. */
  claim(): Claim | null
  /** The same for a request that has waited: what said 429 once may be asked again. */
  claimAfterWait(): Claim | null
  /** The least bad of those that failures keep out, once; never one that is full or paused. */
  claimInNeed(): Claim | null
  /** When a target is free again, in Unix ms; Infinity where waiting does not help. */
  freeAt(): number
  /** The same target again, unless it was asked often enough, or is full or paused. */
  again(target: Target, reason: string): Claim | null
  /** The same target again with a request it may take: that counts as the same try. */
  retake(target: Target, reason: string): Claim | null
  /** Whether there is one that was not asked yet and may be. */
  hasNext(): boolean
  failed(target: Target, error: ProxyError): void
  blockOf(target: Target): Block | null
  /** From now on only the targets for which this holds; false, and no change, where there are none. */
  narrow(fits: (target: Target) => boolean, reason: string): boolean
  /** The target whose prompt cache is worth waiting for, and for how long at most, in ms. */
  worthWaitingFor(): { target: Target; ms: number } | null
  claimCached(target: Target): Claim | null
}

const TRIES = 2
/** Rebuilding a cache costs money and time: a second of waiting for every so many tokens. */
const TOKENS_PER_SECOND = 20_000
const LONGEST_PATIENCE_MS = 10_000

export function createPlan(route: Route, exchange: Exchange, deps: PlanDeps): Plan {
  const { health, affinity, missing, steadyNow: now } = deps
  const failures = new Map<Target, ProxyError>()
  const tries = new Map<Target, number>()
  const estimate = quickEstimate(exchange.request)
  const order = deps.ordering(route).filter(deps.isUsable)
  let reasonForWhatIsLeft: string | null = null
  let wasInNeed = false

  const warm = (target: Target) => affinity?.warmTokens(exchange, target) ?? 0
  const isPriced = order.every((target) => warm(target) === 0 || deps.priceOf(target) !== null)
  /** What building a target's cache anew would cost; in tokens where the price of one is not known. */
  const worth = (target: Target) => warm(target) * (isPriced ? rebuildRate(target) : 1)

  function rebuildRate(target: Target): number {
    const rates = deps.priceOf(target)?.rates
    return rates ? rates.cache_write_5m - rates.cache_read : 0
  }

  /** What is in the cache counts for no limit. */
  const tokensFor = (target: Target) => Math.max(1, estimate(target.baseModel) - warm(target))
  const blockOf = (target: Target) => health.blocked(target, tokensFor(target))
  let targets = mostToolsFirst(withCacheFirst(keepingRoomForMain()))

  /** An answer without the search it needs is no better for coming from a warm cache. */
  function mostToolsFirst(candidates: readonly Target[]): readonly Target[] {
    return candidates.toSorted((a, b) => missing(a).length - missing(b).length)
  }

  /** The last request of a scarce minute is for the main conversation, where others can answer. */
  function keepingRoomForMain(): readonly Target[] {
    if (!exchange.session.isBackground) return order
    const isScarce = (target: Target) => health.room(target) <= 1
    return [...order.filter((target) => !isScarce(target)), ...order.filter(isScarce)]
  }

  /** Leaving a warm cache for a colder one means paying for all of the prompt again. */
  function withCacheFirst(order: readonly Target[]): readonly Target[] {
    const free = order.find((target) => !blockOf(target))
    const warmest = warmestOf(order.filter((target) => !blockOf(target)))
    if (!free || !warmest || worth(warmest) <= worth(free)) return order
    return [warmest, ...order.filter((target) => target !== warmest)]
  }

  function warmestOf(candidates: readonly Target[]): Target | null {
    const [warmest] = candidates.toSorted((a, b) => worth(b) - worth(a))
    return warmest && warm(warmest) > 0 ? warmest : null
  }

  function take(target: Target, reason: string, isTrusted = true): Claim {
    tries.set(target, (tries.get(target) ?? 0) + 1)
    const flight = health.started(target, tokensFor(target))
    return { target, flight, reason, isTrusted: isTrusted && !flight.isProbe }
  }

  function reasonFor(target: Target): string {
    if (reasonForWhatIsLeft) return reasonForWhatIsLeft
    const cached = warm(target)
    if (cached > 0 && target === targets[0]) return holdsCache(cached)
    if (tries.size > 0) return 'next in order'
    if (target === order[0]) return FIRST[route.strategy]
    const gained = order[0]
      ? missing(order[0]).filter((tool) => !missing(target).includes(tool))
      : []
    return gained.length > 0 ? `has ${gained.join(', ')}` : 'the first that is not out'
  }

  const isUntried = (target: Target) => !tries.has(target)

  /** Whatever the need, a rate limit and a person's word are kept. */
  const isBarred = (target: Target) => {
    const kind = blockOf(target)?.kind
    return kind === 'rate_limit' || kind === 'paused'
  }
  const nextTarget = () => targets.find((target) => isUntried(target) && !blockOf(target))

  /** What was full or overloaded may not be when its rest is over; other failures stay. */
  function mayFollowWait(target: Target): boolean {
    if (isUntried(target)) return true
    const { outcome } = failures.get(target)?.details ?? {}
    const mayPass = outcome === 'rate_limited' || outcome === 'overloaded'
    return mayPass && (tries.get(target) ?? 0) < TRIES
  }

  return {
    preferred: mostToolsFirst(order)[0] ?? null,
    failures,
    blockOf,

    claim() {
      const target = nextTarget()
      return target ? take(target, reasonFor(target)) : null
    },

    claimAfterWait() {
      const target = targets.find((target) => mayFollowWait(target) && !blockOf(target))
      return target ? take(target, 'free after a wait') : null
    },

    claimInNeed() {
      if (wasInNeed) return null
      wasInNeed = true
      const [target] = targets
        .filter((target) => isUntried(target) && !isBarred(target))
        .toSorted((a, b) => badness(blockOf(a)) - badness(blockOf(b)))
      return target ? take(target, 'every target is out, and this one the least', false) : null
    },

    freeAt() {
      const blocks = targets.filter(mayFollowWait).map(blockOf)
      if (!blocks.some((block) => block?.kind === 'rate_limit')) return Number.POSITIVE_INFINITY
      return Math.min(...blocks.map((block) => block?.until ?? now()))
    },

    again(target, reason) {
      const isOver = (tries.get(target) ?? 0) >= TRIES || isBarred(target)
      return isOver ? null : take(target, reason)
    },

    retake(target, reason) {
      if (isBarred(target)) return null
      tries.set(target, (tries.get(target) ?? 1) - 1)
      return take(target, reason)
    },

    hasNext: () => nextTarget() !== undefined,

    failed(target, error) {
      failures.set(target, error)
    },

    narrow(fits, reason) {
      const left = targets.filter((target) => isUntried(target) && fits(target))
      if (left.length === 0) return false
      targets = left
      reasonForWhatIsLeft = reason
      return true
    },

    worthWaitingFor() {
      const free = targets.find((target) => !blockOf(target))
      if (!free) return null
      const worthy = targets.filter((target) => missing(target).length <= missing(free).length)
      const target = warmestOf(worthy)
      const block = target && blockOf(target)
      if (!target || !free || block?.kind !== 'rate_limit') return null
      if (worth(target) <= worth(free)) return null
      const saved = ((warm(target) - warm(free)) / TOKENS_PER_SECOND) * 1000
      const ms = Math.min(LONGEST_PATIENCE_MS, saved)
      return block.until <= now() + ms ? { target, ms } : null
    },

    claimCached(target) {
      return blockOf(target) ? null : take(target, holdsCache(warm(target)))
    },
  }
}

const FIRST: Record<Strategy, string> = {
  order: 'first in order',
  round_robin: 'its turn',
  least_busy: 'the least busy',
  latency: 'the fastest lately',
}

function holdsCache(tokens: number): string {
  return `holds ${tokens.toLocaleString('en')} tokens of the conversation in its cache`
}

/** What rests after a failure comes before what a person has to mend. */
function badness(block: Block | null): number {
  if (!block) return 0
  return (block.kind === 'failure' ? 0 : 1e15) + block.until
}
