import Type, { type TSchema } from 'typebox'
import { SESSION_ORDERS } from '../../history/answers.ts'
import { FILTER_NAMES, STATES } from '../../history/filter-query.ts'
import { RANGES } from '../../history/range.ts'
import { oneOf } from './parts.ts'

export interface Parameter {
  name: string
  in: 'query' | 'path'
  required?: true
  description?: string
  schema: TSchema
}

function query(name: string, schema: TSchema, description: string): Parameter {
  return { name, in: 'query', description, schema }
}

const count = (least: number, most: number, byDefault: number) =>
  Type.Integer({ minimum: least, maximum: most, default: byDefault })
const Time = Type.Union([Type.Integer(), Type.String({ format: 'date-time' })])

const SINCE = query('since', Time, 'From then on; Unix ms or ISO 8601.')
const UNTIL = query('until', Time, 'Before then; Unix ms or ISO 8601.')
const RANGE = query('range', oneOf(Object.keys(RANGES)), 'Up to now, in place of `since`.')

export const SPAN = [RANGE, SINCE, UNTIL]
export const BUCKETS = [
  ...SPAN,
  query(
    'buckets',
    count(1, 500, 60),
    'The most pieces to cut it into, besides what sticks out at an end.',
  ),
]
export const PREVIOUS = query(
  'previous',
  Type.Boolean(),
  'Also the span of the same length before.',
)

const KINDS: Partial<Record<(typeof FILTER_NAMES)[number], TSchema>> = {
  state: oneOf(STATES),
  status: Type.Integer({ minimum: 100, maximum: 599 }),
  stream: Type.Boolean(),
  is_background: Type.Boolean(),
  fell_back: Type.Boolean(),
  min_duration_ms: Type.Number({ minimum: 0 }),
  min_cost_usd: Type.Number({ minimum: 0 }),
}
const MEANINGS: Partial<Record<(typeof FILTER_NAMES)[number], string>> = {
  is_background: 'Whether it came from a subagent or a side task.',
  fell_back: 'Whether more than one attempt was made.',
  search: 'A part of the error, or the beginning of the id.',
}

/** Every member of a filter but the time. */
export const FILTER = FILTER_NAMES.filter((name) => name !== 'since' && name !== 'until').map(
  (name) =>
    query(name, KINDS[name] ?? Type.String(), MEANINGS[name] ?? `Requests of this ${name}.`),
)
export const TIMED_FILTER = [...SPAN, ...FILTER]

export const OFFSET = query(
  'offset',
  Type.Integer({ minimum: 0, default: 0 }),
  'How many to pass over.',
)
export const PLACE = [
  query('limit', count(0, 1000, 50), 'The most to give.'),
  OFFSET,
  query('before', Type.String(), 'The id of a request: only older ones.'),
  query('after', Type.String(), 'The id of a request: those next newer than it.'),
  query('format', oneOf(['json', 'csv', 'jsonl']), 'A file has all that the filter takes.'),
]
export const TOP = query('limit', count(0, 100, 10), 'The most to give.')
export const SESSIONS = [
  query('order', oneOf(SESSION_ORDERS), 'What comes first has most of it.'),
  query('limit', count(0, 1000, 50), 'The most to give.'),
  OFFSET,
]

export function id(description: string): Parameter {
  return { name: 'id', in: 'path', required: true, description, schema: Type.String() }
}
