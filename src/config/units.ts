/** `300s`, `5m`, `250ms`, `1.5h`, `30d`, or a number of seconds. */
export const DURATION_PATTERN = String.raw`^\d+(\.\d+)?(ms|s|m|h|d)?$`

/** The same, but more than nothing. */
export const POSITIVE_DURATION_PATTERN = String.raw`^(?!0+(\.0+)?[a-z]*$)\d+(\.\d+)?(ms|s|m|h|d)?$`

/** `32MB`, `1 GB`, or a number of bytes. */
export const SIZE_PATTERN = String.raw`^(?!0+(\.0+)?[ A-Za-z]*$)\d+(\.\d+)? ?([KMGkmg]?[Bb])?$`

/** `128000`, `128k`, `1M`. */
export const TOKENS_PATTERN = String.raw`^(?!0+(\.0+)?[kKmM]?$)\d+(\.\d+)?[kKmM]?$`

/** A timer set to more than 2^31 - 1 ms fires at once (HTML standard, and so Node and Bun). */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A megabyte is 2^20 bytes: the lenient reading of the 32 MB that Anthropic allows. */
const BYTES = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 }

/** ms in a duration that fits DURATION_PATTERN; never none where something was meant. */
export function durationMs(duration: string | number): number {
  return Math.ceil(scale(duration, MS, 's'))
}

/** The same for a duration that a timer will wait for. */
export function timerMs(duration: string | number): number {
  return Math.min(durationMs(duration), LONGEST_TIMER_MS)
}

/** Bytes in a size that fits SIZE_PATTERN. */
export function sizeBytes(size: string | number): number {
  return Math.floor(scale(size, BYTES, 'b'))
}

/** What vendors write about their models is decimal: 128k tokens are 128,000. */
const TOKENS = { '': 1, k: 1000, m: 1_000_000 }

/** Tokens in a number that fits TOKENS_PATTERN. */
export function tokenCount(tokens: string | number): number {
  return Math.floor(scale(tokens, TOKENS, ''))
}

function scale<Unit extends string>(
  value: string | number,
  units: Record<Unit, number>,
  plain: Unit,
): number {
  if (typeof value === 'number') return value * units[plain]
  const suffix = value.replace(/^[\d. ]+/, '').toLowerCase()
  return Number.parseFloat(value) * (hasUnit(units, suffix) ? units[suffix] : units[plain])
}

function hasUnit<Unit extends string>(units: Record<Unit, number>, name: string): name is Unit {
  return Object.hasOwn(units, name)
}
