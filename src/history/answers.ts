import type { Filter } from './filter.ts'
import type { AttemptRow, RequestRow, RequestState } from './schema.ts'

/** A stretch of time, Unix ms; `until` is not part of it. */
export interface Span {
  since: number
  until: number
}

/** A span cut into pieces of `bucketMs`, which begin at whole multiples of it. */
export interface Buckets extends Span {
  bucketMs: number
}

/** How far a count goes back. */
export interface Counted {
  /**
   * Unix ms. Null where all is counted; a least duration or cost that many requests may have is
   * only looked for in the newest of them: what is older than this is found, but not counted.
   */
  counted_since: number | null
}

export interface RequestPage extends Counted {
  /** The newest first. */
  requests: RequestRow[]
  /** How many the filter takes, on this page and elsewhere. */
  total: number
}

export interface PageQuery {
  limit: number
  offset?: number
  /** The id of a request: only what is older. */
  before?: string
  /** The id of a request: those next newer than it (still given the newest first). */
  after?: string
  filter?: Filter
}

/** A part of what `page` counts; it goes on behind a row even when that is gone meanwhile. */
export interface RowQuery {
  limit: number
  filter?: Filter
  behind?: Pick<RequestRow, 'created_at' | 'id'>
}

/** A request with all that was tried for it. */
export interface FoundRequest extends RequestRow {
  attempts: AttemptRow[]
  /** What the client said of itself, of the headers we keep. */
  headers: Record<string, string> | null
}

/** What was taken, of requests and of sessions. */
export interface Tokens {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  /** Part of the output. */
  thinking_tokens: number
}

export interface Spent extends Tokens {
  /** Input, output, cache read and cache write. */
  total_tokens: number
  /** Of everything that went in, the part that was read from a cache, 0 to 1; null while nothing did. */
  cache_hit_share: number | null
  /** Of the requests whose cost is known; null where none is. */
  cost_usd: number | null
  /** Requests that had an answer, or a part of one, at a cost nobody knows. */
  unpriced: number
}

/** What the requests of a span come to. Rates are 0 to 1 and null while there is nothing to divide by. */
export interface Summary extends Spent {
  requests: number
  succeeded: number
  success_rate: number | null
  states: Record<RequestState, number>
  /** Requests that were answered, but not by the first attempt. */
  fallbacks: number
  average_tokens: number | null
  average_duration_ms: number | null
  /** Percentiles are right to some percent; of the requests that had content. */
  first_event_p50_ms: number | null
  first_event_p95_ms: number | null
  /** Of complete requests. */
  duration_p50_ms: number | null
  duration_p95_ms: number | null
  ledger: Ledger
}

/** What the fallbacks of a span brought, and what they cost; see the columns of `requests`. */
export interface Ledger {
  throttles_absorbed: number
  wait_avoided_ms: number
  extra_cost_usd: number
  weaker_turns: number
  /** Requests for which a stream broke off after content, and what is known to be billed for it. */
  partial_streams: number
  partial_cost_usd: number
  cache_lost_tokens: number
  cache_lost_usd: number
}

/** How the summary went over time: one value for each bucket, oldest first. */
export interface Series {
  /** The beginning of each bucket, Unix ms. */
  buckets: number[]
  bucket_ms: number
  requests: Record<RequestState, number[]>
  first_event_p50_ms: (number | null)[]
  first_event_p95_ms: (number | null)[]
  duration_p50_ms: (number | null)[]
  duration_p95_ms: (number | null)[]
  tokens: Record<Exclude<keyof Tokens, 'thinking_tokens'>, number[]>
  /** USD for each target, the dearest first; at most five, the last of them then being `other`. */
  cost_by_target: { target: string; values: number[] }[]
}

/** What one served model did in a span. */
export interface ModelUse extends Spent {
  provider: string
  model: string
  requests: number
  succeeded: number
}

/** How many requests of a filter there are over time, by how they ended. */
export interface Histogram extends Pick<Series, 'buckets' | 'bucket_ms' | 'requests'>, Counted {}

/** The members of a filter that are chosen from a list. */
export const FACETS = [
  'state',
  'status',
  'requested_model',
  'served_model',
  'provider',
  'region',
  'session_id',
  'stream',
  'fell_back',
  'is_background',
] as const
export type Facet = (typeof FACETS)[number]

/**
 * For each facet the values there are and how many requests have them, the most frequent first, at
 * most 50: of the requests the rest of the filter takes, so that another value can be chosen. They
 * are counted as far back as a page counts (see `Counted`), and sessions, of which there are too
 * many, only in the newest hours that have some thousand requests together.
 */
export type Facets = Record<Facet, { value: string; count: number }[]>

/** Failures that look alike: the same place, the same kind, the same words but for numbers and ids. */
export interface ErrorGroup {
  /** Null where no provider was asked. */
  provider: string | null
  model: string | null
  /** An Outcome of errors.ts, or the state of a request for which nobody was asked. */
  outcome: string
  /** The words with `#` for what changes. */
  shape: string
  /** The latest of them as it was. */
  example: string
  status: number | null
  /** The request of the latest. */
  request_id: string
  count: number
  /** Of these, how many no client saw, since another attempt answered. */
  absorbed: number
  /** Unix ms, in the span. */
  first_seen: number
  last_seen: number
  /** One count for each bucket. */
  counts: number[]
}

export const SESSION_ORDERS = ['last_seen', 'cost_usd', 'total_tokens', 'requests'] as const
export type SessionOrder = (typeof SESSION_ORDERS)[number]

export interface SessionQuery {
  /** Only sessions that were active from then on; Unix ms. */
  since?: number
  until?: number
  order: SessionOrder
  limit: number
  offset: number
}

/** All of a conversation, subagents and side tasks included. */
export interface SessionSummary extends Spent {
  session_id: string
  /** Unix ms. */
  first_seen: number
  last_seen: number
  requests: number
  /** Requests of the main conversation. */
  turns: number
  /** Not those that the client left. */
  failed: number
  fallbacks: number
  /** Turns at which a cache was lost, and what that came to. */
  cache_busts: number
  cache_lost_tokens: number
  cache_lost_usd: number
}

export interface SessionPage {
  sessions: SessionSummary[]
  total: number
}

/** How one target did over time; the counts are one for each bucket. */
export interface TargetHistory {
  provider: string
  model: string
  region: string | null
  /** Without those that ended because the client left, or we did: they say nothing about a target. */
  attempts: number
  succeeded: number
  attempts_over_time: number[]
  succeeded_over_time: number[]
  /** The mean time until content, in ms; null where nothing answered. */
  first_event_over_time: (number | null)[]
  /** The latest failure in the span. */
  last_error: { outcome: string; error: string; at: number; request_id: string } | null
}

/** What was kept of what a request and its answer said, redacted; null where it was not kept. */
export interface Payload {
  /** The JSON of the client's body. */
  request: PayloadPart | null
  /** The JSON or the event stream that the client got. */
  response: PayloadPart | null
}

export interface PayloadPart {
  text: string
  /** Its length in bytes before anything was taken out. */
  bytes: number
  /** Whether it is not what was sent, beyond its secrets: cut for its length, or images taken out. */
  is_cut: boolean
}
