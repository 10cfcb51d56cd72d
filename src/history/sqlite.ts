import type { Database } from 'bun:sqlite'
import {
  and,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  type SQL,
  sql,
  sum,
  type Table,
} from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { type Filter, matching } from './filter.ts'
import type { History, RowQuery } from './history.ts'
import { type AttemptRow, attempts, type RequestRow, requests } from './schema.ts'

/** The history in a database whose schema is up to date. */
export function createHistory(database: Database): History {
  const db = drizzle(database)

  const insertRequest = db.insert(requests).values(placeholders(requests)).prepare()
  const insertAttempt = db.insert(attempts).values(placeholders(attempts)).prepare()
  const record = database.transaction((request: RequestRow, tried: AttemptRow[]) => {
    insertRequest.run({ ...request })
    for (const attempt of tried) insertAttempt.run({ ...attempt, id: null, request_id: request.id })
  })

  const newest = (filter: Filter, behind: RowQuery['behind']) =>
    db
      .select()
      .from(requests)
      .where(and(matching(filter), behind && olderThan(behind)))
      .orderBy(desc(requests.created_at), desc(requests.id))
      .$dynamic()
  const placeOf = (id: string) =>
    db
      .select({ created_at: requests.created_at, id: requests.id })
      .from(requests)
      .where(eq(requests.id, id))
      .get() ?? null

  return {
    record,

    columns: Object.keys(getTableColumns(requests)),

    page({ limit, offset, before, filter = {} }) {
      const total = db.select({ n: count() }).from(requests).where(matching(filter)).get()?.n ?? 0
      const behind = before === undefined ? undefined : placeOf(before)
      if (behind === null) return { requests: [], total }
      return { requests: newest(filter, behind).limit(limit).offset(offset).all(), total }
    },

    rows({ limit, filter = {}, behind }) {
      return newest(filter, behind).limit(limit).all()
    },

    find(id) {
      const request = db.select().from(requests).where(eq(requests.id, id)).get()
      if (!request) return null
      const tried = db
        .select()
        .from(attempts)
        .where(eq(attempts.request_id, id))
        .orderBy(attempts.id)
        .all()
      return { ...request, attempts: tried.map(({ id: _, request_id: __, ...row }) => row) }
    },

    summary(since = 0) {
      const row = db
        .select({
          requests: count(),
          succeeded: count(sql`CASE WHEN ${requests.state} = 'complete' THEN 1 END`),
          average_duration_ms: sql<number | null>`avg(${requests.duration_ms})`,
          total_tokens: sum(tokensOfRow).mapWith(Number),
          cost_usd: sql<number | null>`sum(${requests.cost_usd})`,
          unpriced: count(
            sql`CASE WHEN ${isNotNull(requests.first_event_ms)} AND ${isNull(requests.cost_usd)} THEN 1 END`,
          ),
          fallbacks: count(
            sql`CASE WHEN ${requests.state} = 'complete' AND ${gt(requests.attempt_count, 1)} THEN 1 END`,
          ),
        })
        .from(requests)
        .where(gte(requests.created_at, since))
        .get()
      const total = row?.requests ?? 0
      const tokens = row?.total_tokens ?? 0
      return {
        requests: total,
        succeeded: row?.succeeded ?? 0,
        success_rate: total === 0 ? null : (row?.succeeded ?? 0) / total,
        average_duration_ms: row?.average_duration_ms ?? null,
        total_tokens: tokens,
        cost_usd: row?.cost_usd ?? null,
        unpriced: row?.unpriced ?? 0,
        average_tokens: total === 0 ? null : tokens / total,
        fallbacks: row?.fallbacks ?? 0,
      }
    },

    deleteBefore(time, limit) {
      const old = db
        .select({ id: requests.id })
        .from(requests)
        .where(lt(requests.created_at, time))
        .limit(limit)
      return db
        .delete(requests)
        .where(inArray(requests.id, old))
        .returning({ id: requests.id })
        .all().length
    },

    isWritable() {
      try {
        database.run('BEGIN IMMEDIATE')
        database.run('ROLLBACK')
        return true
      } catch {
        return false
      }
    },
  }
}

function olderThan({ created_at, id }: Pick<RequestRow, 'created_at' | 'id'>): SQL {
  return sql`(${requests.created_at}, ${requests.id}) < (${created_at}, ${id})`
}

const tokensOfRow = sql`
  coalesce(${requests.input_tokens}, 0) + coalesce(${requests.output_tokens}, 0) +
  coalesce(${requests.cache_read_input_tokens}, 0) + coalesce(${requests.cache_creation_input_tokens}, 0)`

/** One named placeholder for each column: building the insert anew would cost more than running it. */
function placeholders<T extends Table>(table: T): T['$inferInsert'] {
  const names = Object.keys(getTableColumns(table))
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as T['$inferInsert']
}
