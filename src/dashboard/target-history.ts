import type { TargetHistory } from '../history/answers.ts'
import type { TargetState } from '../routing/states.ts'

/** A target as it is now, and how it did over time; null where it was not asked. */
export interface TargetView {
  state: TargetState
  history: TargetHistory | null
}

/** Each target with what the history has of it. One that names no model has what no other claims. */
export function withHistory(
  states: readonly TargetState[],
  histories: readonly TargetHistory[],
): TargetView[] {
  const isAbout = (state: TargetState, { provider, model, region }: TargetHistory) =>
    state.provider === provider && state.model === model && state.region === region
  const isClaimed = (history: TargetHistory) => states.some((state) => isAbout(state, history))
  return states.map((state) => {
    const own = namesNoModel(state)
      ? histories.filter((one) => one.provider === state.provider && !isClaimed(one))
      : histories.filter((one) => isAbout(state, one))
    return { state, history: own.reduce<TargetHistory | null>(merged, null) }
  })
}

function namesNoModel({ id, provider }: TargetState): boolean {
  return id === `${provider}/` || id.startsWith(`${provider}/@`)
}

function merged(one: TargetHistory | null, other: TargetHistory): TargetHistory {
  if (!one) return other
  return {
    ...one,
    attempts: one.attempts + other.attempts,
    succeeded: one.succeeded + other.succeeded,
    attempts_over_time: sums(one.attempts_over_time, other.attempts_over_time),
    succeeded_over_time: sums(one.succeeded_over_time, other.succeeded_over_time),
    first_event_over_time: one.first_event_over_time.map((ms, at) =>
      weightedMean(
        [ms, one.succeeded_over_time[at] ?? 0],
        [other.first_event_over_time[at] ?? null, other.succeeded_over_time[at] ?? 0],
      ),
    ),
    last_error: later(one.last_error, other.last_error),
  }
}

function sums(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, at) => value + (other[at] ?? 0))
}

type Weighted = [value: number | null, weight: number]

function weightedMean([a, weightA]: Weighted, [b, weightB]: Weighted): number | null {
  if (a === null || b === null) return a ?? b
  return weightA + weightB === 0 ? (a + b) / 2 : (a * weightA + b * weightB) / (weightA + weightB)
}

function later(
  one: TargetHistory['last_error'],
  other: TargetHistory['last_error'],
): TargetHistory['last_error'] {
  if (!one || !other) return one ?? other
  return one.at >= other.at ? one : other
}
