import { SESSION_ORDERS, type SessionOrder } from '../history/answers.ts'
import type { Range } from '../history/range.ts'

/** Which sessions the list is asked for, beside the range; pages count from 1. */
export interface SessionsQuery {
  order: SessionOrder
  page: number
}

const DEFAULT_ORDER: SessionOrder = 'last_seen'

/** Reads an address; what is no order or no page counts as absent. */
export function readSessionsQuery(query: Record<string, unknown>): SessionsQuery {
  const { order, page } = query
  const isPage = typeof page === 'string' && /^[1-9]\d{0,8}$/.test(page)
  return {
    order: SESSION_ORDERS.find((offered) => offered === order) ?? DEFAULT_ORDER,
    page: isPage ? Number(page) : 1,
  }
}

/** The parameters for an order, beside those of the range. */
export function sessionsParameters({ order }: Pick<SessionsQuery, 'order'>) {
  return order === DEFAULT_ORDER ? {} : { order }
}

/** The address of that part of the list; defaults are left out. */
export function sessionsUrl({ order, page }: SessionsQuery, range: Range): string {
  const parameters = new URLSearchParams({ ...range.query, ...sessionsParameters({ order }) })
  if (page > 1) parameters.set('page', String(page))
  return parameters.size > 0 ? `/sessions?${parameters}` : '/sessions'
}
