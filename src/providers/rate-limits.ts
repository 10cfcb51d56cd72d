/** A budget as a response describes it. */
export interface Quota {
  kind: 'requests' | 'tokens'
  limit: number | null
  remaining: number
  /** Until it is full again, in ms. */
  resetMs: number | null
}

/**
 * The budgets that the headers of a response tell of; of several of one kind, the one that is used
 * up first. In every spelling we know:
 *
 *   Anthropic   anthropic-ratelimit-input-tokens-remaining, RFC 3339
 *   OpenAI      x-ratelimit-remaining-tokens, `6m0s`
 *   Groq        the same, `2m59.56s`; its requests are those of a day
 *   Cerebras    x-ratelimit-remaining-tokens-minute, seconds
 *   OpenRouter  x-ratelimit-remaining, Unix ms
 *
 * What cannot be true is left out: text, negative numbers, a time that has passed or is far away.
 */
export function quotasIn(headers: Headers, now: number): Quota[] {
  const scarcest = new Map<Quota['kind'], Quota>()
  for (const [name, value] of headers) {
    if (!name.includes('-remaining')) continue
    const quota = readQuota(name, value, headers, now)
    if (!quota) continue
    const known = scarcest.get(quota.kind)
    if (!known || isScarcer(quota, known)) scarcest.set(quota.kind, quota)
  }
  return [...scarcest.values()]
}

function readQuota(name: string, value: string, headers: Headers, now: number): Quota | null {
  const kind = kindOf(name)
  const remaining = amount(value)
  if (kind === null || remaining === null) return null
  const ofSameBudget = (part: string) => headers.get(name.replace('-remaining', part))
  const said = ofSameBudget('-limit')
  const limit = amount(said)
  // A limit of 0 or -1 is how some servers say that there is none.
  if (said !== null && !limit) return null
  // A prompt is not paid from the budget for answers, until that one is empty.
  if (name.includes('output') && remaining > 0) return null
  const reset = ofSameBudget('-reset')
  const resetMs = reset === null ? null : untilReset(reset, now)
  return { kind, limit, remaining: Math.min(remaining, limit ?? remaining), resetMs }
}

function isScarcer(a: Quota, b: Quota): boolean {
  if (a.remaining !== b.remaining) return a.remaining < b.remaining
  return (a.resetMs ?? 0) > (b.resetMs ?? 0)
}

/** Other names are other things: images, a subscription's `unified`, a tier bought beside this one. */
const NAME =
  /^(?:anthropic-ratelimit-(requests|(?:input-|output-)?tokens)-remaining|x-ratelimit-remaining(?:-(requests|tokens)(?:(?:-per)?-(?:minute|hour|day))?)?)$/

function kindOf(name: string): Quota['kind'] | null {
  const match = NAME.exec(name)
  if (!match) return null
  return (match[1] ?? match[2])?.endsWith('tokens') ? 'tokens' : 'requests'
}

function amount(text: string | null): number | null {
  return text !== null && /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : null
}

/** Anthropic: RFC 3339. OpenAI, Groq: a duration. Cerebras: seconds. OpenRouter: Unix ms, others s. */
function untilReset(value: string, now: number): number | null {
  const number = plainNumber(value)
  if (number === null) return plausibleMs(durationMs(value) ?? untilDate(value, now))
  if (number > 1e11) return plausibleMs(number - now)
  return plausibleMs(number > 1e9 ? number * 1000 - now : number * 1000)
}

/** A number as people write one: `Number` would also take '', '0x10' and 'Infinity'. */
export function plainNumber(text: string): number | null {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null
}

/** An HTTP date or RFC 3339; `Date.parse` alone also makes something of '12, 30'. */
export function untilDate(text: string, now: number): number | null {
  return /^([A-Z][a-z]{2}, \d\d |\d{4}-\d\d-\d\dT)/.test(text) ? Date.parse(text) - now : null
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** ms in a duration as Go writes it: `6m0s`, `1h2m3.5s`, `12ms`. */
export function durationMs(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(text)) return null
  let total = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)) {
    total += Number(number) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  return total
}

/** The longest that is meant seriously: what a weekly subscription takes to renew. */
const LONGEST_MS = 7 * 86_400_000

/** A time to wait, unless it is none: over already, or in the year 2099. */
export function plausibleMs(ms: number | null): number | null {
  return ms !== null && ms > 0 && ms <= LONGEST_MS ? ms : null
}
