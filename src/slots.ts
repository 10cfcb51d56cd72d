const VARIABLE = 'BUN_CONFIG_MAX_HTTP_REQUESTS'
const SLOTS = '16384'

/**
 * Bun has at most 256 requests under way to the outside, over all providers; the rest wait without
 * a word, so one provider that hangs would starve the others. The limit is read only when the
 * process starts: the executable replaces itself once, keeping its process id. Elsewhere than on
 * Linux the limit stays.
 */
export function liftRequestLimit(env: Record<string, string | undefined>): void {
  const isExecutable = Bun.main.startsWith('/$bunfs/')
  if (process.platform !== 'linux' || !isExecutable || env[VARIABLE] || !process.execve) return
  const known = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  process.execve(process.execPath, [process.execPath, ...Bun.argv.slice(2)], {
    ...Object.fromEntries(known),
    [VARIABLE]: SLOTS,
  })
}
