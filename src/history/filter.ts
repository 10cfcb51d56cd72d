import { and, eq, gte, lt, not, type SQL, sql } from 'drizzle-orm'
import { type RequestState, requests } from './schema.ts'

/** Which requests are meant; what is absent does not matter. */
export interface Filter {
  /** Unix ms; those that arrived from then on. */
  since?: number
  /** Unix ms; those that arrived before. */
  until?: number
  state?: RequestState
  /** The HTTP status the client got. */
  status?: number
  requested_model?: string
  served_model?: string
  provider?: string
  region?: string
  session_id?: string
  stream?: boolean
  /** Whether it came from a subagent or a side task. */
  is_background?: boolean
  /** Whether more than one attempt was made. */
  fell_back?: boolean
  min_duration_ms?: number
  /** In USD; a request of unknown cost has none. */
  min_cost_usd?: number
  /** A part of the error, whatever its case, or the beginning of the id. */
  search?: string
}

/** The condition for a filter; undefined where it takes everything. */
export function matching(filter: Filter): SQL | undefined {
  return and(
    filter.since === undefined ? undefined : gte(requests.created_at, filter.since),
    filter.until === undefined ? undefined : lt(requests.created_at, filter.until),
    ...EXACT.map((name) => {
      const value = filter[name]
      return value === undefined ? undefined : eq(requests[name], value)
    }),
    (filter.state ?? 'complete') === 'complete' ? undefined : hasFailed,
    filter.fell_back === undefined
      ? undefined
      : filter.fell_back
        ? hasFallenBack
        : not(hasFallenBack),
    atLeast(requests.duration_ms, filter.min_duration_ms),
    atLeast(requests.cost_usd, filter.min_cost_usd),
    filter.search === undefined ? undefined : containing(filter.search),
  )
}

const EXACT = [
  'state',
  'status',
  'requested_model',
  'served_model',
  'provider',
  'region',
  'session_id',
  'stream',
  'is_background',
] as const

function atLeast(
  column: typeof requests.duration_ms | typeof requests.cost_usd,
  least: number | undefined,
): SQL | undefined {
  return least === undefined ? undefined : gte(column, least)
}

/** Every id begins with `req_`, so that a text which does not can only be part of an error. */
function containing(text: string): SQL | undefined {
  const inError = and(hasFailed, sql`instr(lower(${requests.error}), ${text.toLowerCase()})`)
  if (!'req_'.startsWith(text.slice(0, 4))) return inError
  // With OR, SQLite would look at every row.
  return sql`${requests.id} IN (
    SELECT id FROM requests WHERE ${beginsWith(text)}
    UNION SELECT id FROM requests WHERE ${inError})`
}

function beginsWith(text: string): SQL | undefined {
  return and(gte(requests.id, text), lt(requests.id, `${text}\uffff`))
}

/** Said in the very words of a partial index, without a parameter, or SQLite does not use it. */
const hasFailed = sql`${requests.state} <> 'complete'`
const hasFallenBack = sql`${requests.attempt_count} > 1`
