export const PAGE_SIZES = [10, 20, 50, 100] as const
export type PageSize = (typeof PAGE_SIZES)[number]

/** Which part of the table is asked for; pages count from 1. */
export interface Paging {
  size: PageSize
  page: number
}

const DEFAULT_SIZE: PageSize = 20

/**
 * Reads `size` and `page` of a query string. A link someone edited by hand is not worth an error:
 * whatever is not one of the values we offer counts as absent.
 */
export function readPaging(query: Record<string, unknown>): Paging {
  const size = PAGE_SIZES.find((offered) => String(offered) === query.size) ?? DEFAULT_SIZE
  return { size, page: readPageNumber(query.page) }
}

function readPageNumber(value: unknown): number {
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 1
}

/** The number of pages `total` requests make; an empty table is one page. */
export function countPages(total: number, size: PageSize): number {
  return Math.max(1, Math.ceil(total / size))
}

/** The address of that part of the table; defaults are left out. */
export function requestsUrl({ size, page }: Paging): string {
  const query = new URLSearchParams()
  if (size !== DEFAULT_SIZE) query.set('size', String(size))
  if (page > 1) query.set('page', String(page))
  return query.size > 0 ? `/requests?${query}` : '/requests'
}
