import type { Counted } from '../history/answers.ts'
import type { Filter } from '../history/filter.ts'
import type { Reader } from '../history/reader.ts'
import type { RequestRow } from '../history/schema.ts'
import type { Place } from './place.ts'

/** One page of a table of requests. */
export interface TablePage extends Counted {
  /** The newest first. */
  requests: RequestRow[]
  /** How many the filter takes, on all pages. */
  total: number
  /** The places of the pages beside it; null where there is none. */
  newer: Place
  older: Place
}

/** The page at a place; the newest one where there is nothing beside that place. */
export async function readTable(
  reader: Reader,
  { place, size }: { place: Place; size: number },
  filter: Filter,
): Promise<TablePage> {
  // One row more than is shown tells whether there is another page.
  const { requests, ...counted } = await reader.page({ ...place, limit: size + 1, filter })
  const isFull = requests.length > size
  if (place && (requests.length === 0 || ('after' in place && !isFull))) {
    return readTable(reader, { size, place: null }, filter)
  }
  const isAfter = place !== null && 'after' in place
  const shown = isAfter ? requests.slice(-size) : requests.slice(0, size)
  const first = shown.at(0)
  const last = shown.at(-1)
  const isNewest = place === null
  const isOldest = !isAfter && !isFull
  return {
    ...counted,
    requests: shown,
    newer: isNewest || !first ? null : { after: first.id },
    older: isOldest || !last ? null : { before: last.id },
  }
}
