import type { LearnedLimit } from '../src/routing/states.ts'

/** How much a target takes, and how sure that is: 0 to 1, null where the config says so. */
export interface Limit {
  value: number
  confidence: number | null
}

/** What the config says, else what was learned, to two digits; null where neither is known. */
export function limitOf(set: number | null, learned: LearnedLimit | null): Limit | null {
  if (set !== null) return { value: set, confidence: null }
  return learned && { ...learned, value: Number(learned.value.toPrecision(2)) }
}

/** 1, 1 of 2, 1 of about 2 */
export function describeUse(
  used: number,
  limit: Limit | null,
  format: (count: number) => string,
): string {
  if (!limit) return format(used)
  const about = limit.confidence === null ? '' : 'about '
  return `${format(used)} of ${about}${format(limit.value)}`
}

/** What was learned is never certain. */
const SUREST_PERCENT = 99

export function describeSource(limit: Limit | null): string {
  if (!limit) return 'no limit known'
  if (limit.confidence === null) return 'set in the config'
  return `learned, ${Math.min(Math.round(limit.confidence * 100), SUREST_PERCENT)}% sure`
}
