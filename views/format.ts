/** What stands where there is no value. */
export const NONE = '–'

const COUNT = new Intl.NumberFormat('en-US')
const DOLLARS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const PRICE = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 6,
})
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' })
const MINUTE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })

/** 12,345 */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** 934, 12.3k, 1.25M, 1.24B */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return NONE
  if (tokens < 1000) return String(Math.round(tokens))
  if (tokens < 999_500) return `${(tokens / 1000).toFixed(tokens < 99_950 ? 1 : 0)}k`
  if (tokens < 999_950_000) return `${(tokens / 1_000_000).toFixed(tokens < 99_995_000 ? 2 : 1)}M`
  return `${(tokens / 1_000_000_000).toFixed(2)}B`
}

/** Takes ms: 12 ms, 0.42 s, 12.3 s, 2 min 05 s, 3 h 12 min */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NONE
  if (ms < 99.5) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  if (seconds >= 3599.5) {
    const minutes = Math.round(seconds / 60)
    return `${formatCount(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`
  }
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** Takes 0 to 1. Rounds down: 100% means that nothing failed. */
export function formatRate(rate: number | null): string {
  if (rate === null) return NONE
  return rate === 1 ? '100%' : `${(Math.floor(rate * 1000) / 10).toFixed(1)}%`
}

/** Takes US dollars; small amounts keep four digits, and only what is free is $0. */
export function formatCost(dollars: number | null, isEstimated = false): string {
  if (dollars === null) return NONE
  const about = isEstimated ? '≈ ' : ''
  if (dollars === 0) return `${about}$0`
  if (dollars < 0.000_05) return '< $0.0001'
  return about + (dollars < 0.999_95 ? `$${dollars.toFixed(4)}` : DOLLARS.format(dollars))
}

/** Takes US dollars per million tokens: $3.00/M, $0.125/M. */
export function formatPrice(dollars: number): string {
  return `${PRICE.format(dollars)}/M`
}

/** Takes Unix ms: 22 Nov, 13:17:05 in the zone of this machine. */
export function formatClock(time: number): string {
  return CLOCK.format(time)
}

/** 22 Nov at midnight, else 13:17. */
export function formatTick(time: Date): string {
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0
  return (isMidnight ? DAY : MINUTE).format(time)
}

/** Takes Unix ms, where a stretch of `ms` begins: 22 Nov, or 22 Nov, 13:00, or with seconds. */
export function formatBucket(time: number, ms: number): string {
  if (ms < 60_000) return formatClock(time)
  const tick = formatTick(new Date(time))
  const day = DAY.format(time)
  return tick === day ? day : `${day}, ${tick}`
}

/** Takes Unix ms: the day, the time and the zone in full. */
export function formatMoment(time: number): string {
  return FULL.format(time)
}
