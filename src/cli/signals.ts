const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** A terminal and a package runner may both pass on the same Ctrl-C. */
const SAME_SIGNAL_MS = 100

/**
 * Waits for SIGTERM or SIGINT and then for `stop`. A second signal does not wait for what is in
 * flight: `cut` ends it, its rows are written; a third one ends the process as it is.
 */
export async function untilStopped(
  { stop, cut }: { stop: () => Promise<void>; cut: () => void },
  say: (text: string) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let heard = 0
  let last = Number.NEGATIVE_INFINITY
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (performance.now() - last < SAME_SIGNAL_MS) return
      last = performance.now()
      heard++
      if (heard === 1) resolve(name)
      else if (heard === 2) cut()
      else process.exit(1)
    })
  }
  say(`${await promise}: no new requests; waiting for those in flight (once more ends them)\n`)
  await stop()
}
