import Type from 'typebox'
import { FACETS } from '../../history/answers.ts'
import { STATES } from '../../history/filter-query.ts'
import { attempts, requests } from '../../history/schema.ts'
import { columnsOf } from './columns.ts'
import { COUNTED, oneOf, orNull } from './parts.ts'

const rate = Type.Number({ minimum: 0 })
const Price = orNull(
  Type.Object({
    input: rate,
    output: rate,
    cache_read: rate,
    cache_write_5m: rate,
    cache_write_1h: rate,
  }),
  'The rates the cost was made with, in USD per million tokens; null where they are not known.',
)
const cost_usd = orNull(Type.Number(), 'Null where a price is not known; 0 is free.')

export const Attempt = Type.Object(
  columnsOf(
    attempts,
    {
      price: Price,
      cost_usd,
      outcome: Type.String({ description: '`ok`, or the kind of failure.' }),
      status: orNull(Type.Integer(), 'The HTTP status of the upstream; null without an answer.'),
      started_ms: Type.Number({ description: 'Counted from the start of the request.' }),
      first_event_ms: orNull(Type.Number(), 'Counted from the start of the attempt.'),
      reason: orNull(Type.String(), 'Why this target.'),
      wait_ms: Type.Number({ description: 'What the request had to wait before this attempt.' }),
    },
    ['id', 'request_id'],
  ),
  { description: 'One target being asked for a request.' },
)

const ROW = columnsOf(
  requests,
  {
    price: Price,
    cost_usd,
    id: Type.String({ description: 'The client saw it as `request-id`.' }),
    created_at: Type.Integer({ description: 'Unix ms.' }),
    status: Type.Integer({ description: 'The HTTP status the client got.' }),
    state: oneOf(STATES, 'How it ended. `partial`: content was sent, then the stream failed.'),
    attempt_count: Type.Integer({ minimum: 0 }),
    error: orNull(Type.String(), 'Why, unless the state is `complete`.'),
    cache_lost_why: orNull(oneOf(['prefix', 'target', 'idle', 'unknown'])),
    replay_of: orNull(Type.String(), 'The request this one repeats, from the dashboard.'),
  },
  ['client_headers_id', 'kind_id'],
)

export const Request = Type.Object(ROW, { description: "One client's request." })

export const RequestDetail = Type.Object(
  {
    ...ROW,
    attempts: Type.Array(Attempt),
    headers: orNull(
      Type.Record(Type.String(), Type.String()),
      'What the client said of itself, of the headers that are kept.',
    ),
  },
  { description: 'A request with all that was tried for it.' },
)

export const RequestPage = Type.Object({
  requests: Type.Array(Request, { description: 'The newest first.' }),
  total: Type.Integer({ description: 'All that the filter takes, on this page and elsewhere.' }),
  ...COUNTED,
})

const FacetValues = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))

export const Facets = Type.Object(Object.fromEntries(FACETS.map((facet) => [facet, FacetValues])), {
  description: 'For each facet its values, of the requests the rest of the filter takes.',
})

const PayloadPart = orNull(
  Type.Object({
    text: Type.String(),
    bytes: Type.Integer({ description: 'The length before anything was taken out.' }),
    is_cut: Type.Boolean({ description: 'Whether it is shortened, or without its images.' }),
  }),
)

export const Payload = Type.Object(
  { request: PayloadPart, response: PayloadPart },
  { description: 'What was kept of what a request and its answer said; null where nothing was.' },
)

export const Replay = Type.Object({ id: Type.String(), replay_of: Type.String() })
export const ReplayBody = Type.Object({
  target: Type.Optional(Type.String({ description: 'The id of a target; else the same route.' })),
})
