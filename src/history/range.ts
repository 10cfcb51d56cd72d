import type { Buckets, Span } from './answers.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** The ranges a page offers, up to now; the names stand in addresses. In ms. */
export const RANGES = {
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
} as const
export type RangeName = keyof typeof RANGES

/** The stretch of time a page is about. */
export interface Range extends Span {
  /** Null where the address says `since` and `until`. */
  name: RangeName | null
  /** The parameters that say it in an address. */
  query: Readonly<Record<string, string>>
}

/**
 * Reads `range`, or `since` and `until` (Unix ms or ISO 8601), of an address; what makes no sense
 * there counts as absent. `now` is Unix ms; whole minutes keep the page the same in between.
 */
export function readRange(
  query: Record<string, string | undefined>,
  now: number,
  fallback: RangeName = '24h',
): Range {
  const since = readTime(query.since)
  const until = readTime(query.until) ?? now
  if (since !== null && since < until) {
    return {
      name: null,
      since,
      until,
      query: {
        since: new Date(since).toISOString(),
        ...(query.until && { until: new Date(until).toISOString() }),
      },
    }
  }
  const name = isRangeName(query.range) ? query.range : fallback
  return {
    name,
    since: now - RANGES[name],
    until: now,
    query: name === fallback ? {} : { range: name },
  }
}

/** The stretch of the same length before it. */
export function previous({ since, until }: Span): Span {
  return { since: since - (until - since), until: since }
}

const SIZES = [
  MINUTE / 2,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  YEAR,
]

/**
 * Cuts a span into pieces of a length people know, at most `most` of them and what sticks out at the
 * ends. Of years it takes as many as need be, since only whole slots are added up in advance.
 */
export function bucketsOf({ since, until }: Span, most = 60): Buckets {
  const longest = Math.ceil((until - since) / most / YEAR) * YEAR
  const bucketMs = SIZES.find((size) => (until - since) / size <= most) ?? longest
  return { since, until, bucketMs }
}

function isRangeName(text: string | undefined): text is RangeName {
  return text !== undefined && Object.hasOwn(RANGES, text)
}

/** The end of what people write as a date; further on, Date itself gives up. */
const FURTHEST = Date.UTC(9999, 11, 31)

/** Reads Unix ms or ISO 8601; gives Unix ms, or null where it is neither. */
export function readTime(text: string | undefined): number | null {
  if (text === undefined || !/^\d/.test(text)) return null
  const time = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(time) && time <= FURTHEST ? time : null
}
