import { ProxyError } from '../errors.ts'
import type { Filter } from '../history/filter.ts'
import { FILTER_NAMES, readFilter } from '../history/filter-query.ts'
import { RANGES } from '../history/range.ts'
import { type Place, readPlace } from './place.ts'

export const PAGE_SIZES = [10, 20, 50, 100] as const
export type PageSize = (typeof PAGE_SIZES)[number]

/** What narrows the table down: the filter of the API, or with `range` the time up to now. */
export type Narrowing = keyof Filter | 'range'

/** Which requests the table is asked for, as its address says it. */
export interface TableQuery {
  size: PageSize
  place: Place
  /** What narrows it down, in the words of the address. */
  narrowed: Readonly<Partial<Record<Narrowing, string>>>
}

const DEFAULT_SIZE: PageSize = 20

/** They stand in place of each other. */
const TIME: readonly Narrowing[] = ['range', 'since', 'until']

/**
 * Reads the query string of the table. A link someone edited by hand is not worth an error: whatever
 * is not one of the values we offer counts as absent.
 */
export function readTableQuery(query: Record<string, string | undefined>): TableQuery {
  const size = PAGE_SIZES.find((offered) => String(offered) === query.size) ?? DEFAULT_SIZE
  const narrowed: Partial<Record<Narrowing, string>> = {}
  for (const name of ['range', ...FILTER_NAMES] as const) {
    const text = query[name]
    if (text && isValid(name, text)) narrowed[name] = text
  }
  if (narrowed.since || narrowed.until) delete narrowed.range
  return { size, place: readPlace(query), narrowed }
}

/** The filter of a query, at this time (Unix ms). */
export function filterOf({ narrowed }: TableQuery, now: number): Filter {
  const range = RANGES[narrowed.range as keyof typeof RANGES]
  return { ...(range && { since: now - range }), ...readFilter(narrowed) }
}

/** The same table from its newest row on, with one thing more or, for null, less to narrow it. */
export function narrow(query: TableQuery, name: Narrowing, value: string | null): TableQuery {
  const { [name]: _, ...others } = query.narrowed
  return { ...query, place: null, narrowed: value === null ? others : { ...others, [name]: value } }
}

/** The same table over this time and no other. */
export function narrowTime(query: TableQuery, time: { since: string; until: string }): TableQuery {
  return { ...query, place: null, narrowed: { ...withoutTime(query).narrowed, ...time } }
}

export function withoutTime(query: TableQuery): TableQuery {
  return TIME.reduce((rest, name) => narrow(rest, name, null), query)
}

/** The parameters of its address; defaults are left out. */
export function queryParameters({ size, place, narrowed }: TableQuery): Record<string, string> {
  return { ...narrowed, ...(size !== DEFAULT_SIZE && { size: String(size) }), ...place }
}

export function requestsUrl(query: TableQuery): string {
  return withParameters('/requests', queryParameters(query))
}

/** The address of one request, from which the reader comes back to the same table. */
export function requestUrl(id: string, narrowed: TableQuery['narrowed'] = {}): string {
  return withParameters(`/requests/${encodeURIComponent(id)}`, narrowed)
}

/** Where to ask how many requests came since the page was made, then (Unix ms), with so many. */
export function arrivalsUrl(query: TableQuery, seen: number, made: number): string {
  const asked = { ...queryParameters(query), seen: String(seen), made: String(made) }
  return withParameters('/requests/new', asked)
}

/**
 * The address of a file with all that the table has on its pages. `now`: what the filter counts back
 * from; `made`: when the table was read. Both are Unix ms.
 */
export function exportUrl(
  query: TableQuery,
  format: 'csv' | 'jsonl',
  { now, made }: { now: number; made: number },
): string {
  const { since, until = made } = filterOf(query, now)
  return withParameters('/api/requests', {
    ...withoutTime(query).narrowed,
    ...(since !== undefined && { since: String(since) }),
    until: String(Math.min(until, made)),
    format,
  })
}

function isValid(name: Narrowing, text: string): boolean {
  if (name === 'range') return Object.hasOwn(RANGES, text)
  try {
    readFilter({ [name]: text })
    return true
  } catch (error) {
    if (error instanceof ProxyError) return false
    throw error
  }
}

function withParameters(path: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters)
  return query.size > 0 ? `${path}?${query}` : path
}
