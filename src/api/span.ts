import { ProxyError } from '../errors.ts'
import type { Buckets, Span } from '../history/answers.ts'
import type { Filter } from '../history/filter.ts'
import { readFilter } from '../history/filter-query.ts'
import { bucketsOf, RANGES, type RangeName } from '../history/range.ts'
import { wholeNumber } from './whole-number.ts'

type Query = Record<string, string | undefined>

const DAY = RANGES['24h']
const DEFAULT_BUCKETS = 60
const MAX_BUCKETS = 500

/**
 * The stretch of time in a query string: `range`, or `since` and `until`, by default the last 24
 * hours. `now` is Unix ms. Throws an `invalid_request_error` that names the parameter.
 */
export function readSpan(query: Query, now: number): Span {
  // What arrived in this very millisecond is part of what there is up to now.
  const { since, until = now + 1 } = readFilter({ since: query.since, until: query.until })
  const range = readRangeName(query.range)
  if (range !== null && (query.since || query.until)) {
    throw invalid('range: cannot be combined with since or until')
  }
  const span = { since: since ?? until - (range === null ? DAY : RANGES[range]), until }
  if (span.since >= span.until) throw invalid('since: must be before until')
  return span
}

/** The same, cut into pieces of a length people know: at most `buckets` of them. */
export function readBuckets(query: Query, now: number) {
  const most = wholeNumber('buckets', query.buckets, DEFAULT_BUCKETS, MAX_BUCKETS)
  if (most === 0) throw invalid('buckets: must be at least 1')
  return bucketsOf(readSpan(query, now), most)
}

/** The filter in a query string, whose time may be a `range` too. */
export function readTimedFilter(query: Query, now: number): Filter {
  return { ...readFilter(query), ...(query.range && readSpan(query, now)) }
}

/** Which pieces the lists of an answer are about. */
export function describeBuckets({ since, bucketMs }: Buckets) {
  return { first_bucket: Math.floor(since / bucketMs) * bucketMs, bucket_ms: bucketMs }
}

/** Whether a query string says a stretch of time at all. */
export function saysSpan({ range, since, until }: Query): boolean {
  return Boolean(range || since || until)
}

function readRangeName(text: string | undefined): RangeName | null {
  if (!text) return null
  if (Object.hasOwn(RANGES, text)) return text as RangeName
  throw invalid(`range: must be one of ${Object.keys(RANGES).join(', ')}`)
}

function invalid(message: string): ProxyError {
  return new ProxyError('invalid_request_error', message)
}
