/**
 * After a refusal, how many may be out of which nobody knows yet whether they are let in: one, then
 * two, then four. So those that wait do not all run into the next refusal together.
 */
export interface Ramp {
  /** Who comes now has to wait for what those before find out. */
  readonly isFull: boolean
  started(): Climb
}

/** One request on its way up. */
export interface Climb {
  letIn(): void
  /** Gives whether that is news: what was sent before the last refusal belongs to the same burst. */
  refused(): boolean
  ended(): void
}

/** A service that counts refuses at once; what takes longer has been let in. */
const LET_IN_AFTER_MS = 2000
/** With so many let in at once there is nothing to be careful about any more. */
const TOP = 64

export function createRamp(now: () => number): Ramp {
  const out = new Map<number, number>()
  let allowed = Number.POSITIVE_INFINITY
  let order = 0
  let refusedAt = 0

  return {
    get isFull() {
      if (allowed > TOP) return false
      const since = now() - LET_IN_AFTER_MS
      let unknown = 0
      for (const at of out.values()) if (at > since) unknown++
      return unknown >= allowed
    },

    started() {
      const place = ++order
      out.set(place, now())
      return {
        letIn() {
          if (out.delete(place) && allowed <= TOP && place > refusedAt) allowed *= 2
        },
        refused() {
          out.delete(place)
          const isNews = place > refusedAt
          allowed = 1
          refusedAt = order
          return isNews
        },
        ended: () => void out.delete(place),
      }
    },
  }
}
