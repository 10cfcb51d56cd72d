import { ProxyError } from '../errors.ts'
import type { TestResult } from './greeting.ts'
import { type StatesDeps, type TargetState, targetStates } from './states.ts'
import type { Target } from './target.ts'
import type { Tester } from './tester.ts'

/**
 * The targets as a person sees them, and what a person can do. An id is that of a target or, but for
 * a test, of a provider with all its targets. Each action gives the ids it was meant for, whatever
 * their state was; none where nothing is called so.
 */
export interface Controls {
  targets(): TargetState[]
  /** Forgets why they are not ready. */
  clear(id: string): string[]
  /** No route asks them until they are resumed, over restarts too. What is in flight ends. */
  pause(id: string): string[]
  resume(id: string): string[]
  /** Rejects where there is no such target, or it cannot be tested. */
  test(id: string): Promise<TestResult>
}

export function createControls(
  targets: readonly Target[],
  deps: StatesDeps & { tester: Tester },
): Controls {
  const { health, learned, tester } = deps

  function all(id: string, act: (target: Target) => void): string[] {
    const named = targets.filter((target) => target.id === id || target.provider === id)
    for (const target of named) act(target)
    return [...new Set(named.map((target) => target.id))]
  }

  return {
    targets: () => targetStates(targets, deps),
    clear: (id) =>
      all(id, (target) => {
        health.clear(target)
        learned.clear(target)
      }),
    pause: (id) => all(id, health.pause),
    resume: (id) => all(id, health.resume),
    async test(id) {
      const target = targets.find((one) => one.id === id)
      if (!target) throw new ProxyError('not_found_error', `There is no target "${id}"`)
      return tester.test(target)
    },
  }
}
