/**
 * The same clock, but one that stands still instead of running backwards: somebody may set it back
 * by an hour, and no target shall rest an hour for that.
 */
export function neverBackwards(now: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY
  let ahead = 0
  return () => {
    const time = now() + ahead
    if (time < latest) ahead += latest - time
    latest = Math.max(latest, time)
    return latest
  }
}
