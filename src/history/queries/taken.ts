import { type SQL, sql } from 'drizzle-orm'
import type { Span } from '../answers.ts'
import { type Filter, isOfKinds, kindsOf } from '../filter.ts'
import { HOUR } from './pieces.ts'

/**
 * The requests a filter takes, as what follows SELECT and its columns; `r` is the request. Which
 * index leads to them is said, since SQLite cannot know which member of the filter is the rarest.
 */
export function taken(filter: Filter): SQL {
  const { since = 0, until = Infinity, session_id, search, min_duration_ms, min_cost_usd } = filter
  const kinds = kindsOf(filter)
  const isBySlot = session_id === undefined && search === undefined && !isOfKinds(filter)
  const conditions = [
    // One bound at each end, or SQLite may choose the one that leaves more to look at.
    isBySlot ? sql`r.created_at >= max(slot, ${since})` : sql`r.created_at >= ${since}`,
    isBySlot ? sql`r.created_at < min(slot + size, ${until})` : sql`r.created_at < ${until}`,
    kinds && sql`r.kind_id IN ${kinds}`,
    session_id === undefined ? undefined : sql`r.session_id = ${session_id}`,
    search === undefined ? undefined : containing(search, { since, until }),
    min_duration_ms === undefined ? undefined : sql`r.duration_ms >= ${min_duration_ms}`,
    min_cost_usd === undefined ? undefined : sql`r.cost_usd >= ${min_cost_usd}`,
  ].filter((condition) => condition !== undefined)
  return sql`FROM ${source(filter)} WHERE ${sql.join(conditions, sql` AND `)}`
}

function source(filter: Filter): SQL {
  if (filter.session_id !== undefined) return sql`requests AS r INDEXED BY requests_session`
  if (filter.search !== undefined) {
    return isIdPart(filter.search)
      ? sql`requests AS r`
      : sql`requests AS r INDEXED BY requests_error`
  }
  if (!isOfKinds(filter)) {
    return sql`request_slots CROSS JOIN requests AS r INDEXED BY requests_kind
      ON ${slotsOf(filter)} AND r.kind_id = request_slots.kind_id`
  }
  return kindsOf(filter)
    ? sql`requests AS r INDEXED BY requests_kind`
    : sql`requests AS r INDEXED BY requests_created_at`
}

/** The slots of an hour in which there may be requests that a filter takes. */
export function slotsOf(filter: Filter): SQL {
  const { since = 0, until = Infinity, min_duration_ms, min_cost_usd } = filter
  const kinds = kindsOf(filter)
  const conditions = [
    sql`size = ${HOUR}`,
    sql`slot > ${since - HOUR}`,
    sql`slot < ${until}`,
    kinds && sql`request_slots.kind_id IN ${kinds}`,
    min_duration_ms === undefined ? undefined : sql`longest_ms >= ${min_duration_ms}`,
    min_cost_usd === undefined ? undefined : sql`dearest_usd >= ${min_cost_usd}`,
  ].filter((condition) => condition !== undefined)
  return sql.join(conditions, sql` AND `)
}

/** Every id begins with it, so that a text which does not can only be part of an error. */
const ID_START = 'req_'
/** The beginning of an id that more have than this is no use to look for. */
const MOST_IDS = 1000

function isIdPart(text: string): boolean {
  return text.startsWith(ID_START)
}

function containing(text: string, { since, until }: Span): SQL {
  const inError = sql`error IS NOT NULL AND instr(lower(error), lower(${text})) > 0`
  if (!isIdPart(text)) return inError
  // With OR, SQLite would look at every row.
  return sql`r.id IN (
    SELECT id FROM (
      SELECT id FROM requests WHERE id >= ${text} AND id < ${`${text}\uffff`}
      ORDER BY id DESC LIMIT ${MOST_IDS}
    )
    UNION ALL
    SELECT id FROM requests INDEXED BY requests_error
    WHERE created_at >= ${since} AND created_at < ${until} AND ${inError})`
}
