import { durationMs, plainNumber, plausibleMs, quotasIn, untilDate } from './rate-limits.ts'

/**
 * How long an upstream asks to be left alone.
 *
 * Takes the headers and the message of a refusal; gives ms, or undefined where nothing sensible is
 * said. `retry-after-ms` and `retry-after` (RFC 9110 10.2.3: seconds or a date) win; then the reset
 * of an exhausted budget; then what the message says: "try again in 11.19s".
 */
export function retryAfterMs(headers: Headers, message: string, now: number): number | undefined {
  return (
    plausibleMs(plainNumber(headers.get('retry-after-ms') ?? '')) ??
    fromRetryAfter(headers.get('retry-after') ?? '', now) ??
    fromResetHeaders(headers, now) ??
    fromMessage(message) ??
    undefined
  )
}

function fromRetryAfter(value: string, now: number): number | null {
  const seconds = plainNumber(value)
  return plausibleMs(seconds === null ? untilDate(value, now) : seconds * 1000)
}

/** The latest reset among those budgets of which nothing remains. */
function fromResetHeaders(headers: Headers, now: number): number | null {
  const spent = quotasIn(headers, now).filter(({ remaining }) => remaining === 0)
  const resets = [fromUnifiedReset(headers, now), ...spent.map(({ resetMs }) => resetMs)]
  return plausibleMs(Math.max(...resets.map((ms) => ms ?? 0)))
}

/** What a subscription says: `rejected`, and when it renews, in Unix seconds. */
function fromUnifiedReset(headers: Headers, now: number): number | null {
  if (headers.get('anthropic-ratelimit-unified-status') !== 'rejected') return null
  const seconds = plainNumber(headers.get('anthropic-ratelimit-unified-reset') ?? '')
  return plausibleMs(seconds === null ? null : seconds * 1000 - now)
}

/** Groq and OpenAI: "Please try again in 1m11.5s". Gemini: "retry in 34s". Azure: "retry after 9 seconds". */
function fromMessage(message: string): number | null {
  const said = /(?:try again|retry) (?:in|after) ([\d.]+(?: seconds?\b|[\d.dhms]*[hms]\b))/i.exec(
    message,
  )
  return plausibleMs(durationMs(said?.[1]?.replace(/ seconds?/i, 's') ?? ''))
}
