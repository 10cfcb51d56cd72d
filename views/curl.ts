/** A request to send again from a shell. */
export interface CurlCall {
  url: string
  headers: Record<string, string>
  body: string
  isStream: boolean
}

/** Beyond it Linux refuses a single argument (MAX_ARG_STRLEN is 128 kB). */
const LONGEST_ARGUMENT_BYTES = 100_000

/**
 * The command for any POSIX shell. The key is left to the environment; everything else is quoted, so
 * that the shell takes it as it stands. A body has no NUL, which no shell can hold.
 */
export function curlCommand({ url, headers, body, isStream }: CurlCall): string {
  const isLong = Buffer.byteLength(body) > LONGEST_ARGUMENT_BYTES
  const lines = [
    `curl ${isStream ? '--no-buffer ' : ''}${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    '-H "x-api-key: $ANTHROPIC_API_KEY"',
    `--data-binary ${isLong ? '@-' : quoted(body)}`,
  ]
  const command = lines.join(' \\\n  ')
  // printf is built into the shell, so that the limit does not hold for it.
  return isLong ? `printf %s ${quoted(body)} | ${command}` : command
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
