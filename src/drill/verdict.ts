import { ALWAYS, type Check } from './checks.ts'
import type { Expected } from './expectations.ts'
import type { Observation } from './observation.ts'

export interface Verdict {
  /** `safe`: a clean error, where no better could be expected. */
  verdict: 'pass' | 'safe' | 'fail'
  /** What was wrong, or what the error was; null where there is nothing to say. */
  detail: string | null
}

/** What to think of one request. */
export function judge(seen: Observation, expected: Expected, checks: readonly Check[]): Verdict {
  for (const check of [...ALWAYS, ...checks]) {
    const wrong = check(seen)
    if (wrong !== null) return { verdict: 'fail', detail: wrong }
  }
  const { answer, status } = seen
  if (answer.kind === 'whole') {
    return expected === 'refusal'
      ? { verdict: 'fail', detail: 'expected a refusal, came an answer' }
      : { verdict: 'pass', detail: null }
  }
  const came =
    answer.kind === 'error' ? `${answer.type} (${status}): ${answer.message}` : answer.why
  if (expected === 'refusal') return { verdict: 'pass', detail: came }
  return expected === 'whole'
    ? { verdict: 'fail', detail: `expected the whole answer, came ${came}` }
    : { verdict: 'safe', detail: came }
}

const ORDER = ['pass', 'safe', 'fail'] as const

/** The first of the worst. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const none: Verdict = { verdict: 'pass', detail: null }
  return verdicts.reduce(
    (worse, next) => (ORDER.indexOf(next.verdict) > ORDER.indexOf(worse.verdict) ? next : worse),
    verdicts[0] ?? none,
  )
}
