const INTERVAL_MS = 60_000

/** `warn`, at most once a minute: on a full disk every write fails, and one line says so. */
export function onceAMinute(
  warn: (error: unknown) => void,
  now: () => number,
): (error: unknown) => void {
  let warnedAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (now() - warnedAt < INTERVAL_MS) return
    warnedAt = now()
    warn(error)
  }
}
