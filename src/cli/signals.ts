/**
 * Waits for SIGTERM or SIGINT and then for `stop`. A second signal ends the process at once: who
 * asks twice does not want to wait.
 */
export async function untilStopped(
  stop: () => Promise<void>,
  say: (text: string) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve)
  const signal = await promise
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => process.exit(1))
  say(`${signal}: no new requests; waiting for those in flight (once more ends them)\n`)
  await stop()
}
