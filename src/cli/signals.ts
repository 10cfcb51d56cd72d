const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** A terminal and a package runner may both pass on the same Ctrl-C. */
const SAME_SIGNAL_MS = 100

/**
 * Waits for SIGTERM or SIGINT and then for `stop`. A second signal ends the process at once: who
 * asks twice does not want to wait.
 */
export async function untilStopped(
  stop: () => Promise<void>,
  say: (text: string) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let first: number | undefined
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (first === undefined) resolve(name)
      else if (performance.now() - first > SAME_SIGNAL_MS) process.exit(1)
      first ??= performance.now()
    })
  }
  say(`${await promise}: no new requests; waiting for those in flight (once more ends them)\n`)
  await stop()
}
