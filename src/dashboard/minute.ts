const MINUTE = 60_000

/**
 * The end of the minute that a time is in, both Unix ms. Pages count back from there: so they stay
 * the same for a minute, and one takes the same requests as another that leads to it.
 */
export function endOfMinute(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE
}
