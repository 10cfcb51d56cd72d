/**
 * Waits about this long: jittered, so that the requests of one outage do not come back in step.
 * Throws the reason of `signal` when that is aborted.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = () => resolve()
  const timer = setTimeout(stop, ms * (0.75 + Math.random() / 2))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
}
