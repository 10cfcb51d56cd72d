import { and, eq, type SQL, sql } from 'drizzle-orm'
import { type RequestState, requestKinds } from './schema.ts'

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
  /** A part of the error, whatever its case, or the beginning of one of the newest thousand ids with it. */
  search?: string
}

/** The members that are the same for all requests of a kind. */
export const KIND_MEMBERS = [
  'state',
  'status',
  'requested_model',
  'served_model',
  'provider',
  'region',
  'stream',
  'is_background',
  'fell_back',
] as const

/** The ids of the kinds that a filter takes, as a subquery; undefined where it takes all. */
export function kindsOf(filter: Filter): SQL | undefined {
  const condition = and(
    ...KIND_MEMBERS.map((name) => {
      const value = filter[name]
      return value === undefined ? undefined : eq(requestKinds[name], value)
    }),
  )
  return condition && sql`(SELECT id FROM ${requestKinds} WHERE ${condition})`
}

/** The filter without what kinds can answer. */
export function withoutKinds(filter: Filter): Filter {
  const rest = { ...filter }
  for (const name of KIND_MEMBERS) delete rest[name]
  return rest
}

/** Whether a filter is about nothing but kinds and time, so that slots can count what it takes. */
export function isOfKinds({ session_id, search, min_duration_ms, min_cost_usd }: Filter): boolean {
  return [session_id, search, min_duration_ms, min_cost_usd].every((value) => value === undefined)
}
