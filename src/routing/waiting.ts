import type { Session } from '../messages/session.ts'

/** A request that no target takes now. */
export interface Waiter<T> {
  session: Session
  /** Takes a target if one is free; runs to its end without a pause. */
  claim(): T | null
  /** When the next target is expected to be free, in Unix ms. */
  freeAt(): number
}

/** Where requests wait for a target to become free. */
export interface WaitingRoom {
  readonly size: number
  /**
   * Gives what the waiter claimed, or null when `until` (Unix ms) has come. Rejects with the reason
   * of `signal`.
   */
  wait<T>(waiter: Waiter<T>, until: number, signal: AbortSignal): Promise<T | null>
  /** Lets in whoever finds a target: those that wait come before those that arrive. */
  admit(): void
}

/** Each holds the body of its request; who comes when the room is full is refused at once. */
const MOST_PLACES = 1000
/** The clock may be moved on, so nobody sleeps for longer than this. */
const LONGEST_SLEEP_MS = 1000

interface Place {
  session: Session
  freeAt: () => number
  /** Whether it found a target. */
  enter: () => boolean
  leave: () => void
  until: number
}

/**
 * Fair between sessions: who was let in longest ago is first, so that twenty subagents of one do not
 * keep another out; inside a session the main conversation comes before its background.
 */
export function createWaitingRoom(now: () => number): WaitingRoom {
  const places = new Set<Place>()
  /** The sessions by when they were last let in: the first one is the longest ago. */
  const turns = new Map<string | null, number>()
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function admit() {
    if (places.size === 0) return
    // Each entry changes whose turn it is.
    for (let entered = true; entered; ) {
      entered = false
      for (const place of [...places].sort(byTurn)) {
        if (!place.enter()) continue
        places.delete(place)
        turns.set(place.session.id, ++turn)
        entered = true
        break
      }
    }
    for (const place of places) {
      // Whoever cannot be served in time shall hear so now, and not when the time is over.
      if (place.until <= now() || place.freeAt() > place.until) place.leave()
    }
    sleep()
  }

  function byTurn(a: Place, b: Place): number {
    const sessions = (turns.get(a.session.id) ?? 0) - (turns.get(b.session.id) ?? 0)
    return sessions || Number(a.session.isBackground) - Number(b.session.isBackground)
  }

  function sleep() {
    clearTimeout(timer)
    if (places.size === 0) {
      turns.clear()
      return
    }
    const wakeAt = Math.min(...[...places].map(({ freeAt, until }) => Math.min(freeAt(), until)))
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, wakeAt - now()))
    timer = setTimeout(admit, ms)
  }

  return {
    get size() {
      return places.size
    },

    wait<T>({ session, claim, freeAt }: Waiter<T>, until: number, signal: AbortSignal) {
      // Who is new comes behind those that were never let in, and before the others.
      if (!turns.has(session.id)) turns.set(session.id, turn - 0.5)
      const { promise, resolve, reject } = Promise.withResolvers<T | null>()
      const place: Place = {
        session,
        freeAt,
        until,
        enter() {
          const claimed = claim()
          if (claimed === null) return false
          resolve(claimed)
          return true
        },
        leave() {
          places.delete(place)
          resolve(null)
        },
      }
      const onAbort = () => {
        places.delete(place)
        reject(signal.reason)
        sleep()
      }
      if (signal.aborted) onAbort()
      else if (places.size >= MOST_PLACES) resolve(null)
      else {
        places.add(place)
        signal.addEventListener('abort', onAbort, { once: true })
        admit()
      }
      return promise.finally(() => signal.removeEventListener('abort', onAbort))
    },

    admit,
  }
}
