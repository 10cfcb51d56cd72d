import type { Exchange } from '../messages/exchange.ts'
import type { Claim, Plan } from './plan.ts'
import type { WaitingRoom } from './waiting.ts'

export interface NextClaimDeps {
  waitingRoom: WaitingRoom
  /** How long a request may wait when every target is out, in ms. */
  maxWaitMs: number
  /** A clock that never runs backwards, in Unix ms. */
  steadyNow: () => number
}

/** Whom a request asks next: at once, or after a wait where that helps. */
export interface NextClaims {
  /** Who holds the prompt cache comes first, if that is worth a wait. */
  first(): Promise<Claim | null>
  next(): Promise<Claim | null>
  /** How long it has waited since this was asked last, in ms. */
  takeWaitMs(): number
}

export function nextClaims(
  plan: Plan,
  { session, signal }: Pick<Exchange, 'session' | 'signal'>,
  { waitingRoom, maxWaitMs, steadyNow }: NextClaimDeps,
): NextClaims {
  let waitedMs = 0
  let untoldMs = 0

  async function next(): Promise<Claim | null> {
    // Whoever waits already comes first.
    waitingRoom.admit()
    return plan.claim() ?? (await waitForSlot()) ?? plan.claimInNeed()
  }

  async function waitForSlot(): Promise<Claim | null> {
    const limit = steadyNow() + maxWaitMs - waitedMs
    return plan.freeAt() > limit ? null : wait(limit, plan)
  }

  async function waitForCache(): Promise<Claim | null> {
    const cached = plan.worthWaitingFor()
    if (!cached) return null
    const until = steadyNow() + Math.min(cached.ms, maxWaitMs)
    return wait(until, {
      claimAfterWait: () => plan.claimCached(cached.target),
      freeAt: () => plan.blockOf(cached.target)?.until ?? until,
    })
  }

  async function wait(
    until: number,
    { claimAfterWait, freeAt }: Pick<Plan, 'claimAfterWait' | 'freeAt'>,
  ): Promise<Claim | null> {
    const since = steadyNow()
    const claim = await waitingRoom.wait({ session, claim: claimAfterWait, freeAt }, until, signal)
    const waitMs = steadyNow() - since
    waitedMs += waitMs
    untoldMs += waitMs
    return claim
  }

  return {
    next,
    first: async () => (await waitForCache()) ?? (await next()),
    takeWaitMs() {
      const ms = untoldMs
      untoldMs = 0
      return ms
    },
  }
}
