import type { Filter } from './filter.ts'
import type { AttemptRow, RequestRow } from './schema.ts'

export interface RequestPage {
  /** The newest first. */
  requests: RequestRow[]
  /** How many the filter takes, on this page and elsewhere. */
  total: number
}

export interface PageQuery {
  limit: number
  offset: number
  /** The id of a request: only what is older. */
  before?: string
  filter?: Filter
}

/** A part of what `page` counts; it goes on behind a row even when that is gone meanwhile. */
export interface RowQuery {
  limit: number
  filter?: Filter
  behind?: Pick<RequestRow, 'created_at' | 'id'>
}

/** What the overview shows. Rates are 0 to 1 and null while there is nothing to divide by. */
export interface Summary {
  requests: number
  succeeded: number
  success_rate: number | null
  average_duration_ms: number | null
  /** Input, output, cache read and cache write. */
  total_tokens: number
  /** Of the requests whose cost is known; null where none is. */
  cost_usd: number | null
  /** Requests that had an answer, or a part of one, at a cost nobody knows. */
  unpriced: number
  average_tokens: number | null
  /** Requests that were answered, but not by the first attempt. */
  fallbacks: number
}

/** The narrow seam to the requests in the store. */
export interface History {
  record(request: RequestRow, attempts: AttemptRow[]): void
  page(query: PageQuery): RequestPage
  /** Up to `limit` requests, the newest first. */
  rows(query: RowQuery): RequestRow[]
  /** The members of a row, in order. */
  readonly columns: readonly string[]
  find(id: string): (RequestRow & { attempts: AttemptRow[] }) | null
  summary(since?: number): Summary
  /** Deletes up to `limit` requests created before this time (Unix ms); gives how many. */
  deleteBefore(time: number, limit: number): number
  isWritable(): boolean
}
