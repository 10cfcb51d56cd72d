import type { FoundRequest, Payload } from '../src/history/answers.ts'
import { tryParse } from '../src/json.ts'

/** A request to send again from a shell. */
export interface CurlCall {
  url: string
  headers: Record<string, string>
  body: string
  isStream: boolean
}

/** What is sent where the body of a request was not kept. */
const NOT_KEPT = 'The body of this request was not kept: this stands in its place.'

/**
 * The request as it can be sent again to a proxy at `origin`. Its body is the one that was kept, or,
 * with `isExact` false, a short one that says so.
 */
export function callOf(
  request: FoundRequest,
  payload: Payload | null,
  origin: string,
): { call: CurlCall; isExact: boolean } {
  const kept = payload?.request ?? null
  const isSound = kept !== null && tryParse(kept.text) !== undefined
  const standIn = JSON.stringify({
    model: request.requested_model,
    max_tokens: 1024,
    stream: request.stream,
    messages: [{ role: 'user', content: NOT_KEPT }],
  })
  return {
    call: {
      url: `${origin}/v1/messages`,
      headers: { ...ALWAYS, ...meant(request.headers ?? {}) },
      body: isSound ? kept.text : standIn,
      isStream: request.stream,
    },
    isExact: isSound && !kept.is_cut,
  }
}

const ALWAYS = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' }

/** Those that say what the body means; the others tell of the client. */
function meant(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^anthropic-(version|beta)$/i.test(name)),
  )
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
