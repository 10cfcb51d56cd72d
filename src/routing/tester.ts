import { ProxyError } from '../errors.ts'
import type { Provider } from '../providers/provider.ts'
import { createRecent, MOST_TARGETS } from '../recent.ts'
import { type GreetingDeps, greet, type TestResult } from './greeting.ts'
import type { InFlight } from './in-flight.ts'
import { type Target, withModel } from './target.ts'

/** What there is to say about testing a target. */
export interface TestState {
  /** Why it cannot be tested; null where it can. */
  obstacle: string | null
  /** When the test that is under way began, Unix ms. */
  running_since: number | null
  last: TestResult | null
}

/**
 * Tests targets when a person wants to know. Nothing of it goes into the history, which is about
 * what clients asked.
 */
export interface Tester {
  /** Joins the test that is under way, if there is one. Throws what stands in the way. */
  test(target: Target): Promise<TestResult>
  stateOf(target: Target): TestState
}

export interface TesterDeps extends GreetingDeps {
  inFlight: InFlight
}

export function createTester(deps: TesterDeps): Tester {
  const { providers, health, inFlight, now } = deps
  const results = createRecent<TestResult>(MOST_TARGETS)
  const running = new Map<string, { since: number; result: Promise<TestResult> }>()

  async function run(target: Target, named: Target): Promise<TestResult> {
    const requestEnded = inFlight.requestStarted()
    try {
      const result = await greet(named, deps)
      results.set(target.id, result)
      return result
    } finally {
      running.delete(target.id)
      requestEnded()
    }
  }

  /** The target with a model, or why it cannot be asked. */
  function prepared(target: Target): Target | string {
    const provider = providers.get(target.provider)
    if (!provider) return `there is no provider ${target.provider}`
    if (provider.unusable !== null) return provider.unusable
    if (provider.passthrough) {
      return 'it is asked with the credential of each client (auth: passthrough), and the proxy has none'
    }
    const model = target.model || modelFor(target, provider)
    if (model) return withModel(target, model)
    return 'it has no model of its own, and none was asked for yet'
  }

  /** The one that was asked for last. */
  function modelFor(target: Target, { isAnthropic }: Provider): string | undefined {
    return health.covered(target).at(-1)?.model ?? (isAnthropic ? SMALL_CLAUDE : undefined)
  }

  return {
    async test(target) {
      const named = prepared(target)
      if (typeof named === 'string') {
        throw new ProxyError('invalid_request_error', `${target.id} cannot be tested: ${named}`)
      }
      const known = running.get(target.id)
      if (known) return known.result
      const result = run(target, named)
      running.set(target.id, { since: now(), result })
      return result
    },

    stateOf(target) {
      const named = prepared(target)
      return {
        obstacle: typeof named === 'string' ? named : null,
        running_since: running.get(target.id)?.since ?? null,
        last: results.get(target.id) ?? null,
      }
    },
  }
}

const SMALL_CLAUDE = 'claude-haiku-4-5'
