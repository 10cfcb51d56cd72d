import fc from 'fast-check'
import type { Buckets, Span } from '../../src/history/answers.ts'
import type { Filter } from '../../src/history/filter.ts'
import { bucketsOf } from '../../src/history/range.ts'
import type { Recorded } from './reference.ts'
import { anAttempt, aRow } from './rows.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A midnight, where slots of every length begin. */
const ANCHOR = Date.UTC(2026, 10, 22)

/** Around the edges of slots of every length, near and far. */
const aTime = fc
  .tuple(
    fc.constantFrom(0, 5 * MINUTE, HOUR, 12 * HOUR, -12 * HOUR, 36 * HOUR),
    fc.constantFrom(2, MINUTE, HOUR, 40 * HOUR),
    fc.integer({ min: -1000, max: 1000 }),
  )
  .map(([edge, reach, share]) => ANCHOR + edge + Math.round((reach * share) / 1000))

const word = fc.constantFrom('a', 'B', "it's", '100%', 'a_b', '\\', '"; DROP TABLE requests; --')
const flag = fc.boolean()
const kind = {
  state: fc.constantFrom('complete', 'partial', 'failed', 'client_closed', 'interrupted'),
  status: fc.constantFrom(200, 429, 529),
  requested_model: word,
  stream: flag,
  is_background: flag,
} as const
const names = { served_model: word, provider: word, region: word, session_id: word } as const
/** Parts of two, so that their sum is the same in any order. */
const usd = fc.option(fc.integer({ min: 0, max: 4096 }).map((cents) => cents / 1024))
const tokens = fc.option(fc.nat(100_000))
const ms = fc.integer({ min: 0, max: 2_000_000 })
const failure = fc.constantFrom('slow down', 'Overloaded', 'DROP TABLE')

const parts = fc.record({
  ...kind,
  served_model: fc.option(names.served_model),
  provider: fc.option(names.provider),
  region: fc.option(names.region),
  session_id: fc.option(names.session_id),
  created_at: aTime,
  duration_ms: ms,
  first_event_ms: fc.option(ms),
  cost_usd: usd,
  input_tokens: tokens,
  output_tokens: tokens,
  cache_read_input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  thinking_tokens: tokens,
  throttles_absorbed: fc.nat(3),
  wait_avoided_ms: ms,
  extra_cost_usd: usd,
  is_weaker: flag,
  partial_cost_usd: usd,
  cache_lost_why: fc.option(fc.constantFrom('prefix', 'idle')),
  cache_lost_tokens: fc.nat(1000),
  cache_lost_usd: usd,
  error: failure,
})
const anyAttempt = fc
  .record({
    provider: word,
    model: word,
    region: fc.option(word),
    outcome: fc.constantFrom('ok', 'rate_limited', 'reset', 'aborted'),
    status: fc.option(fc.constantFrom(429, 503)),
    error: failure,
    first_event_ms: fc.option(ms),
    error_shape: fc.option(fc.constantFrom('#', 'words')),
  })
  .map(({ outcome, ...rest }) =>
    anAttempt({ ...rest, outcome, ...(outcome === 'ok' && { error: null, error_shape: null }) }),
  )

/** Requests in the order they were recorded, which is not that of their arrival. */
export const someRequests: fc.Arbitrary<Recorded[]> = fc
  .uniqueArray(fc.tuple(parts, fc.array(anyAttempt, { maxLength: 3 })), {
    maxLength: 40,
    selector: ([{ created_at }]) => created_at,
  })
  .map((all) =>
    all.map(([part, attempts], index) => ({
      request: aRow(index, {
        ...part,
        error: part.state === 'complete' ? null : part.error,
        attempt_count: attempts.length,
      }),
      attempts,
    })),
  )

export const aSpan: fc.Arbitrary<Span> = fc
  .tuple(aTime, aTime)
  .map(([a, b]) => ({ since: Math.min(a, b), until: Math.max(a, b) + 1 }))

export const someBuckets: fc.Arbitrary<Buckets> = fc
  .tuple(aSpan, fc.constantFrom(1, 7, 60))
  .map(([span, most]) => bucketsOf(span, most))

/** Members that kinds answer, and time. */
export const aKindFilter: fc.Arbitrary<Filter> = fc.record(
  {
    ...kind,
    served_model: word,
    provider: word,
    region: word,
    fell_back: flag,
    since: aTime,
    until: aTime,
  },
  { requiredKeys: [] },
)

export const aFilter: fc.Arbitrary<Filter> = fc
  .tuple(
    aKindFilter,
    fc.record(
      {
        session_id: word,
        min_duration_ms: ms,
        min_cost_usd: fc.integer({ min: 0, max: 4 }),
        search: fc.oneof(word, fc.constantFrom('req_', 'req_000', 're', '_', '\u0000', 'drop')),
      },
      { requiredKeys: [] },
    ),
    fc.boolean(),
  )
  .map(([kinds, rest, isLoose]) => (isLoose ? rest : { ...kinds, ...rest }))
