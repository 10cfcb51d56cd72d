import Type from 'typebox'
import { STATES } from '../../history/filter-query.ts'
import { COUNTED, OVER_TIME, orNull } from './parts.ts'

const count = () => Type.Integer({ minimum: 0 })
const ms = () => orNull(Type.Number())
const share = (description: string) => orNull(Type.Number({ minimum: 0, maximum: 1 }), description)
const counts = () => Type.Array(Type.Integer({ minimum: 0 }))
const byState = <T extends ReturnType<typeof count> | ReturnType<typeof counts>>(of: () => T) =>
  Type.Object(Object.fromEntries(STATES.map((state) => [state, of()])))

const TOKENS = {
  input_tokens: count(),
  output_tokens: count(),
  cache_read_input_tokens: count(),
  cache_creation_input_tokens: count(),
}

const SPENT = {
  ...TOKENS,
  thinking_tokens: Type.Integer({ minimum: 0, description: 'Part of the output.' }),
  total_tokens: count(),
  cache_hit_share: share('Of all that went in, the part that was read from a cache.'),
  cost_usd: orNull(Type.Number(), 'Of the requests whose cost is known.'),
  unpriced: Type.Integer({ description: 'Requests with an answer at a cost nobody knows.' }),
}

export const Ledger = Type.Object(
  {
    throttles_absorbed: count(),
    wait_avoided_ms: Type.Number(),
    extra_cost_usd: Type.Number(),
    weaker_turns: count(),
    partial_streams: count(),
    partial_cost_usd: Type.Number(),
    cache_lost_tokens: count(),
    cache_lost_usd: Type.Number(),
  },
  { description: 'What the fallbacks brought, and what they cost.' },
)

const SUMMARY = {
  ...SPENT,
  requests: count(),
  succeeded: count(),
  success_rate: share('Null while there is no request.'),
  states: byState(count),
  fallbacks: Type.Integer({ description: 'Answered, but not by the first attempt.' }),
  average_tokens: orNull(Type.Number()),
  average_duration_ms: ms(),
  first_event_p50_ms: ms(),
  first_event_p95_ms: ms(),
  duration_p50_ms: ms(),
  duration_p95_ms: ms(),
  ledger: Ledger,
}

export const Summary = Type.Object(SUMMARY, { description: 'What the requests of a span come to.' })

export const ComparedSummary = Type.Object({ ...SUMMARY, previous: Type.Optional(Summary) })

const BUCKETS = {
  buckets: Type.Array(Type.Integer(), { description: 'The beginning of each, Unix ms.' }),
  bucket_ms: count(),
  requests: byState(counts),
}

export const Histogram = Type.Object({ ...BUCKETS, ...COUNTED })

const timesMs = () => Type.Array(ms())

export const Series = Type.Object(
  {
    ...BUCKETS,
    first_event_p50_ms: timesMs(),
    first_event_p95_ms: timesMs(),
    duration_p50_ms: timesMs(),
    duration_p95_ms: timesMs(),
    tokens: Type.Object(
      Object.fromEntries(Object.keys(TOKENS).map((name) => [name, Type.Array(Type.Number())])),
    ),
    cost_by_target: Type.Array(
      Type.Object({ target: Type.String(), values: Type.Array(Type.Number()) }),
      { description: 'In USD, the dearest first; at most five, the last then being `other`.' },
    ),
  },
  { description: 'One value for each bucket, the oldest first.' },
)

export const ModelUse = Type.Object({
  provider: Type.String(),
  model: Type.String(),
  requests: count(),
  succeeded: count(),
  ...SPENT,
})

export const ModelList = Type.Object({ models: Type.Array(ModelUse) })

const moment = () => Type.Integer({ description: 'Unix ms.' })

export const ErrorGroup = Type.Object(
  {
    provider: orNull(Type.String(), 'Null where nobody was asked.'),
    model: orNull(Type.String()),
    outcome: Type.String(),
    shape: Type.String({ description: 'The words, with `#` for what differs.' }),
    example: Type.String({ description: 'The latest of them as it was.' }),
    status: orNull(Type.Integer()),
    request_id: Type.String({ description: 'The request of the latest.' }),
    count: count(),
    absorbed: Type.Integer({ description: 'Those no client saw, since another target answered.' }),
    first_seen: moment(),
    last_seen: moment(),
    counts: counts(),
  },
  { description: 'Failures that look alike.' },
)

export const ErrorList = Type.Object({ errors: Type.Array(ErrorGroup), ...OVER_TIME })

export const Session = Type.Object(
  {
    session_id: Type.String(),
    first_seen: moment(),
    last_seen: moment(),
    requests: count(),
    turns: Type.Integer({ description: 'Requests of the main conversation.' }),
    failed: Type.Integer({ description: 'Not those that the client left.' }),
    fallbacks: count(),
    ...SPENT,
    cache_busts: count(),
    cache_lost_tokens: count(),
    cache_lost_usd: Type.Number(),
  },
  { description: 'All of a conversation, subagents and side tasks included.' },
)

export const SessionPage = Type.Object({ sessions: Type.Array(Session), total: count() })
