import { ProxyError } from '../errors.ts'
import type { Filter } from '../history/filter.ts'
import { FILTER_NAMES, readFilter } from '../history/filter-query.ts'
import { RANGES } from '../history/range.ts'

export const PAGE_SIZES = [10, 20, 50, 100] as const
export type PageSize = (typeof PAGE_SIZES)[number]

/** Which requests the table is asked for, as its address says it; pages count from 1. */
export interface TableQuery {
  size: PageSize
  page: number
  /** The parameters that narrow it down, by name: those of the API, and `range`. */
  narrowed: Readonly<Record<string, string>>
}

const DEFAULT_SIZE: PageSize = 20

/**
 * Reads the query string of the table. A link someone edited by hand is not worth an error: whatever
 * is not one of the values we offer counts as absent.
 */
export function readTableQuery(query: Record<string, string | undefined>): TableQuery {
  const size = PAGE_SIZES.find((offered) => String(offered) === query.size) ?? DEFAULT_SIZE
  const narrowed = [...FILTER_NAMES, 'range'].flatMap((name) => {
    const text = query[name]
    return text && isValid(name, text) ? [[name, text]] : []
  })
  return { size, page: readPageNumber(query.page), narrowed: Object.fromEntries(narrowed) }
}

/** The filter of a query, at this time (Unix ms). */
export function filterOf({ narrowed }: TableQuery, now: number): Filter {
  const range = RANGES[narrowed.range as keyof typeof RANGES]
  return { ...(range && { since: now - range }), ...readFilter(narrowed) }
}

function isValid(name: string, text: string): boolean {
  if (name === 'range') return Object.hasOwn(RANGES, text)
  try {
    readFilter({ [name]: text })
    return true
  } catch (error) {
    if (error instanceof ProxyError) return false
    throw error
  }
}

function readPageNumber(value: unknown): number {
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 1
}

/** The number of pages `total` requests make; an empty table is one page. */
export function countPages(total: number, size: PageSize): number {
  return Math.max(1, Math.ceil(total / size))
}

/** The address of that part of the table; defaults are left out. */
export function requestsUrl({ size, page, narrowed }: TableQuery): string {
  const query = new URLSearchParams(narrowed)
  if (size !== DEFAULT_SIZE) query.set('size', String(size))
  if (page > 1) query.set('page', String(page))
  return query.size > 0 ? `/requests?${query}` : '/requests'
}

/** The address of a file with all that the table has on its pages, at this time (Unix ms). */
export function exportUrl(query: TableQuery, format: 'csv' | 'jsonl', now: number): string {
  const { since } = filterOf(query, now)
  const { range, ...narrowed } = query.narrowed
  const asked = new URLSearchParams(narrowed)
  if (range && since !== undefined) asked.set('since', String(since))
  asked.set('format', format)
  return `/api/requests?${asked}`
}
