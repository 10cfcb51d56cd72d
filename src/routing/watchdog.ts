/** One timer for everything that must not take too long: only one wait is on at a time. */
export interface Watchdog {
  /** From now on `onLate` is due after `ms`, unless armed anew or stopped before. */
  arm(ms: number, onLate: () => void): void
  /** Disarms it for good. */
  stop(): void
}

/**
 * Arming costs two assignments, since a stream does it with every chunk: a timer that fires too
 * early merely sleeps on for the rest.
 */
export function createWatchdog(): Watchdog {
  let dueAt = Number.POSITIVE_INFINITY
  let wakesAt = Number.POSITIVE_INFINITY
  let onLate = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined

  function sleepUntil(at: number) {
    clearTimeout(timer)
    wakesAt = at
    timer = setTimeout(wake, Math.max(0, at - performance.now()))
  }

  function wake() {
    wakesAt = Number.POSITIVE_INFINITY
    if (performance.now() < dueAt) sleepUntil(dueAt)
    else onLate()
  }

  return {
    arm(ms, callback) {
      onLate = callback
      dueAt = performance.now() + ms
      if (dueAt < wakesAt) sleepUntil(dueAt)
    },
    stop: () => clearTimeout(timer),
  }
}
