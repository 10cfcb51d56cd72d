/**
 * How long an upstream asks to be left alone.
 *
 * Takes the headers and the message of a refusal; gives ms, or undefined where nothing sensible is
 * said. `retry-after-ms` and `retry-after` (RFC 9110 10.2.3: seconds or a date) win; then the reset
 * of an exhausted budget; then Groq's and Gemini's "try again in 11.19s".
 */
export function retryAfterMs(headers: Headers, message: string, now: number): number | undefined {
  return (
    positive(Number(headers.get('retry-after-ms') ?? Number.NaN)) ??
    fromRetryAfter(headers.get('retry-after'), now) ??
    fromResetHeaders(headers, now) ??
    fromMessage(message)
  )
}

function fromRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const seconds = Number(value)
  return positive(Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000)
}

/** The latest reset among those budgets of which nothing remains. */
function fromResetHeaders(headers: Headers, now: number): number | undefined {
  let latest = fromUnifiedReset(headers, now)
  for (const [name, value] of headers) {
    const budget = /^(anthropic-ratelimit-[a-z-]+|x-ratelimit)-reset(-[a-z-]+)?$/.exec(name)
    if (!budget) continue
    const remaining = headers.get(name.replace('-reset', '-remaining'))
    if (Number(remaining ?? Number.NaN) !== 0) continue
    const ms = positive(resetMs(value, now))
    if (ms !== undefined) latest = Math.max(latest ?? 0, ms)
  }
  return latest
}

/** What a subscription says: `rejected`, and when it renews, in Unix seconds. */
function fromUnifiedReset(headers: Headers, now: number): number | undefined {
  if (headers.get('anthropic-ratelimit-unified-status') !== 'rejected') return undefined
  return positive(Number(headers.get('anthropic-ratelimit-unified-reset')) * 1000 - now)
}

/** Anthropic: RFC 3339. OpenAI, Groq: `6m0s`, `12ms`. Cerebras: seconds. OpenRouter: Unix ms. */
function resetMs(value: string, now: number): number {
  const number = Number(value)
  if (!Number.isNaN(number)) return number > 1e11 ? number - now : number * 1000
  const duration = durationMs(value)
  return duration ?? Date.parse(value) - now
}

function fromMessage(message: string): number | undefined {
  const spoken = /try again in ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)/i.exec(message)?.[1]
  return spoken === undefined ? undefined : positive(durationMs(spoken))
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  return total
}

function positive(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms > 0 ? ms : undefined
}
