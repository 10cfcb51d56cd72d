import type { Filter } from '../src/history/filter.ts'
import type { Range, RangeName } from '../src/history/range.ts'
import { formatBucket } from './format.ts'

const MINUTE = 60_000

const LENGTHS: Record<RangeName, string> = {
  '15m': '15 minutes',
  '1h': 'hour',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
}

/** The last 24 hours; or from when until when, in the zone of this machine. */
export function describeRange({ name, since, until }: Range): string {
  return name === null
    ? `${formatBucket(since, MINUTE)} to ${formatBucket(until, MINUTE)}`
    : `the last ${LENGTHS[name]}`
}

/** The 24 hours before. */
export function describePrevious({ name }: Range): string {
  return name === null ? 'the same length of time before' : `the ${LENGTHS[name]} before`
}

/** The address of a page that is about the same stretch of time; `filter` says what else. */
export function inRange(path: string, { name, query }: Range, filter: Filter = {}): string {
  const asked = Object.entries(filter).map(([key, value]) => [key, String(value)])
  const parameters = { ...(name === null ? query : { range: name }), ...Object.fromEntries(asked) }
  return `${path}?${new URLSearchParams(parameters)}`
}
