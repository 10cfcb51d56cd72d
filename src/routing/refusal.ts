import { type Outcome, ProxyError } from '../errors.ts'
import type { Block } from './block.ts'
import type { Target } from './target.ts'

/** What is known when nobody is left to ask. */
export interface Dead {
  targets: readonly Target[]
  failures: ReadonlyMap<Target, ProxyError>
  blockOf(target: Target): Block | null
  /** Why it cannot be asked at all. */
  unusable(target: Target): ProxyError | null
  now: number
}

/**
 * The error of a request that nobody answered. A rate limit comes first, since waiting helps; then
 * what may pass by itself; then what a person has to mend.
 */
export function finalError(dead: Dead): ProxyError {
  const { targets, failures, blockOf } = dead
  const blocks = targets.map(blockOf).filter((block) => block !== null)
  if (targets.some((target) => isRateLimited(target, dead))) return rateLimited(dead)
  const said = [...failures.values()]
  const passing = said.filter((error) => isPassing(error.details.outcome))
  const reasons = targets.map(dead.unusable).filter((error) => error !== null)
  if (said.length === 0 && blocks.some(({ kind }) => kind === 'paused')) return paused(dead)
  const error = passing.at(-1) ?? said.at(-1) ?? reasons.at(-1)
  return error ?? new ProxyError('overloaded_error', blocks[0]?.reason ?? 'No target is usable')
}

/** An upstream said so, now or before; a counter of ours counts only where it kept us from asking. */
function isRateLimited(target: Target, { failures, blockOf }: Dead): boolean {
  if (blockOf(target)?.kind === 'paused') return false
  const failure = failures.get(target)
  if (failure) return failure.details.outcome === 'rate_limited'
  return blockOf(target)?.kind === 'rate_limit'
}

/** No client shall try again by itself: it takes a person to end a pause. */
function paused({ targets, blockOf }: Dead): ProxyError {
  const ids = targets.filter((target) => blockOf(target)?.kind === 'paused').map(({ id }) => id)
  return new ProxyError(
    'overloaded_error',
    `Nobody is left to ask: ${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} paused. ` +
      'Resume on the Providers page of the dashboard, or with POST /api/providers/<id>/resume',
    { headers: { 'x-should-retry': 'false' } },
  )
}

function isPassing(outcome: Outcome | undefined): boolean {
  return !['credential', 'billing', 'unavailable', 'unfit'].includes(outcome ?? '')
}

/** A client that is told to wait longer than this gives up at once. */
const MAX_RETRY_AFTER_S = 60

function rateLimited({ targets, failures, blockOf, unusable, now }: Dead): ProxyError {
  const usable = targets.filter((target) => unusable(target) === null)
  const blocks = usable.map(blockOf)
  const soonest = Math.min(...blocks.map((block) => block?.until ?? now))
  const seconds = Math.max(1, Math.ceil((soonest - now) / 1000))
  const cause = [...failures.values()].findLast(({ code }) => code === 'rate_limit_error')
  const why = cause?.message ?? blocks.find((block) => block?.kind === 'rate_limit')?.reason
  const who = targets.length === 1 ? `${targets[0]?.id} is` : `all ${targets.length} targets are`
  const { headers, body } = cause?.details ?? {}
  const { 'x-should-retry': advice, ...told } = headers ?? {}
  return new ProxyError(
    'rate_limit_error',
    `${why} (${who} out; the earliest is free in ${seconds} s)`,
    {
      outcome: 'rate_limited',
      cause,
      ...(body && { body }),
      headers: {
        ...told,
        // One target's "never again" says nothing about the others.
        ...(advice !== undefined && targets.length === 1 && { 'x-should-retry': advice }),
        'retry-after': String(Math.min(MAX_RETRY_AFTER_S, seconds)),
      },
    },
  )
}
