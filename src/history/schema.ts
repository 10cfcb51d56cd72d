import {
  blob,
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

/** `prefix`: it changed. `target`: another one answered. `idle`: it had gone cold. */
export type CacheLoss = 'prefix' | 'target' | 'idle' | 'unknown'

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
    /** Whom the route would have asked first, had everyone been well; null in rows of older versions. */
    preferred_provider: text(),
    preferred_model: text(),
    /** Attempts that were told to wait (rate limited, overloaded) before another one answered. */
    throttles_absorbed: integer().notNull(),
    /** What the client would have waited, had it been told so; in ms, less what it waited all the same. */
    wait_avoided_ms: real().notNull(),
    /** More (or less) than the preferred target would have cost; null if unknown, or if that one answered. */
    extra_cost_usd: real(),
    /** Answered by a cheaper model than the preferred one. */
    is_weaker: integer({ mode: 'boolean' }).notNull(),
    /** What streams cost that broke off after content; null where none did, or its cost is unknown. */
    partial_cost_usd: real(),
    /**
     * The first block in which the prompt's prefix is not what it was at the session's last turn:
     * `model`, `tools[3]`, `system[1]`, `messages[4]`; `none`; null at a first turn.
     */
    prefix_change: text(),
    /** Why a prompt cache was not read that the last turn had filled; null where nothing was lost. */
    cache_lost_why: text().$type<CacheLoss>(),
    cache_lost_tokens: integer().notNull(),
    /** The price of these tokens less what reading them would have cost; null if unknown. */
    cache_lost_usd: real(),
    /** The error with `#` for what differs from one to the next; see shape.ts. */
    error_shape: text(),
    /** The request this one repeats, from the dashboard. */
    replay_of: text(),
    client_headers_id: integer().references(() => clientHeaders.id),
    /** What it has in common with others; every row has it. */
    kind_id: integer().references(() => requestKinds.id),
  },
  (table) => [
    index('requests_created_at').on(table.created_at),
    index('requests_kind').on(table.kind_id, table.created_at, table.duration_ms, table.cost_usd),
  ],
)

/** All that a filter can ask of a request by its exact value; each set of them once. */
export const requestKinds = sqliteTable('request_kinds', {
  id: integer().primaryKey(),
  requested_model: text().notNull(),
  provider: text(),
  served_model: text(),
  region: text(),
  state: text().$type<RequestState>().notNull(),
  status: integer().notNull(),
  stream: integer({ mode: 'boolean' }).notNull(),
  is_background: integer({ mode: 'boolean' }).notNull(),
  fell_back: integer({ mode: 'boolean' }).notNull(),
})

/** What clients say of themselves: JSON of the headers that are kept, each set of them once. */
export const clientHeaders = sqliteTable('client_headers', {
  id: integer().primaryKey(),
  headers: text().notNull().unique(),
})

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
    /** Until the status line of the answer, counted from the start of the attempt. */
    headers_ms: real(),
    /** How long the upstream asked to be left alone. */
    retry_after_ms: real(),
    /** As in requests. */
    error_shape: text(),
    ...bill(),
  },
  (table) => [index('attempts_request_id').on(table.request_id)],
)

/** What a request and its answer said, compressed; see payloads.ts. */
export const payloads = sqliteTable(
  'payloads',
  {
    request_id: text()
      .primaryKey()
      .references(() => requests.id, { onDelete: 'cascade' }),
    request: blob({ mode: 'buffer' }),
    request_bytes: integer().notNull(),
    request_is_cut: integer({ mode: 'boolean' }).notNull(),
    response: blob({ mode: 'buffer' }),
    response_bytes: integer().notNull(),
    response_is_cut: integer({ mode: 'boolean' }).notNull(),
    /** Of both as they are stored, in bytes. */
    size: integer().notNull(),
  },
  (table) => [index('payloads_size').on(table.request_id, table.size)],
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

export type RequestRow = Omit<typeof requests.$inferSelect, 'client_headers_id' | 'kind_id'>
export type AttemptRow = Omit<typeof attempts.$inferSelect, 'id' | 'request_id'>
