import type {
  Buckets,
  ErrorGroup,
  Facets,
  FoundRequest,
  Histogram,
  ModelUse,
  PageQuery,
  Payload,
  RequestPage,
  RowQuery,
  Series,
  SessionPage,
  SessionQuery,
  SessionSummary,
  Span,
  Summary,
  TargetHistory,
} from './answers.ts'
import type { Filter } from './filter.ts'
import type { RequestRow } from './schema.ts'

/** What can be asked of the history. */
export interface Queries {
  page(query: PageQuery): RequestPage
  /** Up to `limit` requests, the newest first. */
  rows(query: RowQuery): RequestRow[]
  find(id: string): FoundRequest | null
  /** The ids of the requests next to one among those of a filter; null at the ends. */
  neighbours(id: string, filter: Filter): { newer: string | null; older: string | null }
  summary(span: Span): Summary
  series(buckets: Buckets): Series
  /** The models that cost or, where nothing is priced, took most; at most `limit`. */
  topModels(span: Span, limit: number): ModelUse[]
  histogram(filter: Filter, buckets: Buckets): Histogram
  facets(filter: Filter): Facets
  /** The most frequent first; at most 100. */
  errors(buckets: Buckets): ErrorGroup[]
  sessions(query: SessionQuery): SessionPage
  session(id: string): SessionSummary | null
  targets(buckets: Buckets): TargetHistory[]
  payload(id: string): Payload | null
  /** When the oldest request arrived, Unix ms; null while there is none. */
  oldest(): number | null
}

/**
 * The history as it is read: beside the proxy's own work, so that no stream waits for a question.
 * Each rejects with a ProxyError when the store cannot answer.
 */
export type Reader = {
  [Name in keyof Queries]: (
    ...question: Parameters<Queries[Name]>
  ) => Promise<ReturnType<Queries[Name]>>
}

const ALL: Record<keyof Queries, true> = {
  page: true,
  rows: true,
  find: true,
  neighbours: true,
  summary: true,
  series: true,
  topModels: true,
  histogram: true,
  facets: true,
  errors: true,
  sessions: true,
  session: true,
  targets: true,
  payload: true,
  oldest: true,
}

export const QUESTIONS = Object.keys(ALL) as (keyof Queries)[]

/** Answers on the thread of whoever asks. */
export function asReader(queries: Queries): Reader {
  const answers = QUESTIONS.map((name) => {
    const ask: (...question: never[]) => unknown = queries[name]
    return [name, async (...question: unknown[]) => ask(...(question as never[]))]
  })
  return Object.fromEntries(answers)
}
