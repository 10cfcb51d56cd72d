import type { ErrorDetails, ProxyError } from '../errors.ts'
import type { Plan } from './plan.ts'
import type { Target } from './target.ts'

interface TooLarge {
  /** With outcome `too_long`. */
  error: ProxyError
  /** Who said it. */
  target: Target
  /** The length of the body. */
  bytes: number
  /** The largest body a target is known to take; 0 where that is not known. */
  mostBytes(target: Target): number
}

/** Leaves a plan only those that are known to take more; false, and no change, where none does. */
export function narrowToLarger(plan: Pick<Plan, 'narrow'>, tooLarge: TooLarge): boolean {
  const { error, target, bytes, mostBytes } = tooLarge
  const { window, upstreamStatus } = error.details
  if (window || upstreamStatus !== 413) return narrowToWindows(plan, window, target)
  const needed = Math.max(bytes, mostBytes(target) + 1)
  return plan.narrow((other) => mostBytes(other) >= needed, 'takes larger bodies')
}

/** One that takes all of the prompt, else one that takes more than the last did. */
function narrowToWindows(
  plan: Pick<Plan, 'narrow'>,
  window: ErrorDetails['window'],
  { contextWindow }: Target,
): boolean {
  const limit = window?.limitTokens ?? contextWindow ?? window?.promptTokens ?? Infinity
  const takes = (tokens: number) => (other: Target) => (other.contextWindow ?? 0) >= tokens
  const reason = 'has a larger context window'
  const needed = Math.max(limit + 1, window?.promptTokens ?? 0)
  return plan.narrow(takes(needed), reason) || plan.narrow(takes(limit + 1), reason)
}
