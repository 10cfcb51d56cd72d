import type { Counted } from '../history/answers.ts'
import type { Filter } from '../history/filter.ts'
import type { Reader } from '../history/reader.ts'
import type { RequestRow } from '../history/schema.ts'
import { requestsUrl, type TableQuery } from './query.ts'

/** One page of the table. */
export interface TablePage extends Counted {
  /** The newest first. */
  requests: RequestRow[]
  /** How many the filter takes, on all pages. */
  total: number
  /** The addresses of the pages beside it; null where there is none. */
  newer: string | null
  older: string | null
}

/** The page that was asked for; the newest one where there is nothing beside the place asked for. */
export async function readTable(
  reader: Reader,
  query: TableQuery,
  filter: Filter,
): Promise<TablePage> {
  const { size, place } = query
  // One row more than is shown tells whether there is another page.
  const { requests, total, counted_since } = await reader.page({
    ...place,
    limit: size + 1,
    filter,
  })
  const isFull = requests.length > size
  if (place && (requests.length === 0 || ('after' in place && !isFull))) {
    return readTable(reader, { ...query, place: null }, filter)
  }
  const isAfter = place !== null && 'after' in place
  const shown = isAfter ? requests.slice(-size) : requests.slice(0, size)
  const first = shown.at(0)
  const last = shown.at(-1)
  const isNewest = place === null
  const isOldest = !isAfter && !isFull
  return {
    requests: shown,
    total,
    counted_since,
    newer: isNewest || !first ? null : requestsUrl({ ...query, place: { after: first.id } }),
    older: isOldest || !last ? null : requestsUrl({ ...query, place: { before: last.id } }),
  }
}
