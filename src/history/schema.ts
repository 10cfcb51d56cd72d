import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** How a request ended. `partial`: content was sent, then the stream failed. */
export type RequestState = 'complete' | 'partial' | 'client_closed' | 'failed' | 'interrupted'

/** Column names are those of the JSON API; migrations/ creates the same tables in SQL. */
export const requests = sqliteTable(
  'requests',
  {
    /** `req_` and a UUIDv7: sorts by time. The client saw it as `request-id`. */
    id: text().primaryKey(),
    /** Unix time in ms. */
    created_at: integer().notNull(),
    session_id: text(),
    requested_model: text().notNull(),
    provider: text(),
    served_model: text(),
    region: text(),
    stream: integer({ mode: 'boolean' }).notNull(),
    /** The HTTP status the client got. */
    status: integer().notNull(),
    state: text().$type<RequestState>().notNull(),
    attempt_count: integer().notNull(),
    input_tokens: integer(),
    output_tokens: integer(),
    cache_read_input_tokens: integer(),
    cache_creation_input_tokens: integer(),
    first_event_ms: real(),
    duration_ms: real().notNull(),
    /** Null where the price is unknown; never 0 for that. */
    cost_usd: real(),
    error: text(),
  },
  (table) => [index('requests_created_at').on(table.created_at)],
)

export const attempts = sqliteTable(
  'attempts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    request_id: text()
      .notNull()
      .references(() => requests.id, { onDelete: 'cascade' }),
    provider: text().notNull(),
    model: text().notNull(),
    region: text(),
    /** The upstream's HTTP status; null when there was no answer. */
    status: integer(),
    /** `ok`, or an Outcome of errors.ts. */
    outcome: text().notNull(),
    error: text(),
    /** Counted from the start of the request. */
    started_ms: real().notNull(),
    /** Counted, like the duration, from the start of the attempt. */
    first_event_ms: real(),
    duration_ms: real().notNull(),
    /** Why this target, as a sentence; null in rows of older versions. */
    reason: text(),
    /** How long the request had to wait before this attempt, in ms. */
    wait_ms: real().notNull(),
  },
  (table) => [index('attempts_request_id').on(table.request_id)],
)

/** What the routing has to know again after a restart; the value is JSON. */
export const targetMemory = sqliteTable('target_memory', {
  key: text().primaryKey(),
  value: text().notNull(),
})

export type RequestRow = typeof requests.$inferSelect
export type AttemptRow = Omit<typeof attempts.$inferSelect, 'id' | 'request_id'>
