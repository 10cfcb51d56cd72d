import {
  customType,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core'
import type { Rates } from '../prices/price.ts'

/** How a request ended. `partial`: content was sent, then the stream failed. */
export type RequestState = 'complete' | 'partial' | 'client_closed' | 'failed' | 'interrupted'

/** drizzle's own JSON mode would write the text `null` for null. */
const rates = customType<{ data: Rates; driverData: string | null }>({
  dataType: () => 'text',
  toDriver: (price) => price && JSON.stringify(price),
  fromDriver: (text) => JSON.parse(text ?? 'null'),
})

/** What was taken, and what it cost: of an attempt, and of a request with all its attempts. */
const bill = () => ({
  input_tokens: integer(),
  output_tokens: integer(),
  cache_read_input_tokens: integer(),
  /** The next two together, which rows of older versions do not have. */
  cache_creation_input_tokens: integer(),
  cache_creation_5m_input_tokens: integer(),
  cache_creation_1h_input_tokens: integer(),
  /** Part of the output. */
  thinking_tokens: integer(),
  web_search_requests: integer(),
  /** The service did not report all of it: we guessed, or the answer broke off before it could. */
  usage_estimated: integer({ mode: 'boolean' }).notNull(),
  /** The rates the cost was made with, for a request those of whoever served it; null if unknown. */
  price: rates(),
  /** Null where a price is unknown; never 0 for that. */
  cost_usd: real(),
})

/** Column names are those of the JSON API; migrations/ creates the same tables in SQL. */
export const requests = sqliteTable(
  'requests',
  {
    /** `req_` and a UUIDv7: sorts by time. The client saw it as `request-id`. */
    id: text().primaryKey(),
    /** Unix time in ms. */
    created_at: integer().notNull(),
    session_id: text(),
    /** The subagent that asked; null for the main conversation. */
    agent: text(),
    /** Nobody watches it: a subagent, or a side task such as a title. */
    is_background: integer({ mode: 'boolean' }).notNull(),
    requested_model: text().notNull(),
    provider: text(),
    served_model: text(),
    region: text(),
    stream: integer({ mode: 'boolean' }).notNull(),
    /** The HTTP status the client got. */
    status: integer().notNull(),
    state: text().$type<RequestState>().notNull(),
    attempt_count: integer().notNull(),
    ...bill(),
    first_event_ms: real(),
    duration_ms: real().notNull(),
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
    ...bill(),
  },
  (table) => [index('attempts_request_id').on(table.request_id)],
)

/** What the routing has to know again after a restart; the value is JSON. */
export const targetMemory = sqliteTable('target_memory', {
  key: text().primaryKey(),
  value: text().notNull(),
})

/** The columns of `bill`, which both tables have. */
export type Bill = Pick<AttemptRow, keyof ReturnType<typeof bill>>

/** Who minted the thinking that comes back with a conversation; see routing/signatures.ts. */
export const thinkingSignatures = sqliteTable(
  'thinking_signatures',
  {
    /** The first half of the sha256 of a signature, in hex. */
    hash: text().notNull(),
    kind: text().notNull(),
    /** Unix time in ms. */
    last_seen: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hash, table.kind] }),
    index('thinking_signatures_last_seen').on(table.last_seen),
  ],
)

export type RequestRow = typeof requests.$inferSelect
export type AttemptRow = Omit<typeof attempts.$inferSelect, 'id' | 'request_id'>
