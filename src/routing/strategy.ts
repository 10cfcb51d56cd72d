import { createRecent, MOST_TARGETS, type Recent } from '../recent.ts'
import type { Health } from './health.ts'
import type { Route, Strategy } from './router.ts'
import type { Target } from './target.ts'

/** The targets of a route in the order this request shall ask them. */
export type Ordering = (route: Route) => readonly Target[]

/** Remembers whose turn it is on the routes that go round. */
export function createOrdering(health: Pick<Health, 'load' | 'pace'>): Ordering {
  const turns = new Map<string, Recent<number>>()

  const orders: Record<Strategy, (route: Route) => readonly Target[]> = {
    order: ({ targets }) => targets,
    round_robin({ model, targets }) {
      const credits = turns.get(model) ?? createRecent<number>(MOST_TARGETS)
      turns.set(model, credits)
      return nextRound(targets, credits)
    },
    least_busy: ({ targets }) =>
      sortedBy(targets, (target) => health.load(target).inFlight / target.weight),
    // Who was never asked is asked first, since nothing else would tell how fast it is.
    latency: ({ targets }) =>
      sortedBy(targets, (target) => (health.pace(target) ?? 0) / target.weight),
  }

  return (route) => (route.targets.length < 2 ? route.targets : orders[route.strategy](route))
}

/** Smooth weighted round robin, as nginx has it: turns are spread out, not bunched. */
function nextRound(targets: readonly Target[], credits: Recent<number>): readonly Target[] {
  let total = 0
  for (const { id, weight } of targets) {
    credits.set(id, (credits.get(id) ?? 0) + weight)
    total += weight
  }
  const order = sortedBy(targets, ({ id }) => -(credits.get(id) ?? 0))
  const [first] = order
  if (first) credits.set(first.id, (credits.get(first.id) ?? 0) - total)
  return order
}

/** Stable: equals stay in the order of the config. */
function sortedBy(targets: readonly Target[], of: (target: Target) => number): readonly Target[] {
  return targets.toSorted((a, b) => of(a) - of(b))
}
