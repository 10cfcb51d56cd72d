import type { Outcome } from '../errors.ts'
import type { AttemptRow, Bill, RequestRow, RequestState } from '../history/schema.ts'
import { shapeOf } from '../history/shape.ts'
import { costOf, totalCost } from '../prices/cost.ts'
import { ratesFor } from '../prices/price.ts'
import type { PriceOf } from '../prices/prices.ts'
import type { Target } from '../routing/target.ts'
import { type CacheColumns, type Conversations, NOT_COMPARED } from './conversations.ts'
import { type LedgerColumns, ledgerOf } from './ledger.ts'
import type { ClientRequest } from './request.ts'
import type { Session } from './session.ts'
import { emptyUsage, type Usage } from './usage.ts'

/** How a request ended, for its row. */
export interface Ending {
  state: RequestState
  /** The HTTP status the client got. */
  status: number
  /** Why, unless the state is `complete`. */
  error: string | null
}

/** What is known of an attempt while it is under way; times in ms from the start of the request. */
export interface AttemptFacts {
  target: Target
  /** Why this target, as a sentence. */
  reason: string
  /** Waited for a free slot before it. */
  waitMs: number
  startedMs: number
  /** When the status line of the last answer came. */
  headersMs?: number
  firstEventMs?: number
  endedMs?: number
  outcome?: Outcome
  status?: number | null
  error?: string
  retryAfterMs?: number | undefined
  /** From the first content on. */
  usage?: Usage
  onEnd?: () => void
}

export interface RequestFacts {
  id: string
  createdAt: number
  request: ClientRequest
  session: Session
  /** Of all attempts together. */
  usage: Usage
  /** Whom the route would have asked first, had everyone been well. */
  preferred: Target | null
  /** Who had content last. */
  served: AttemptFacts | null
  attempts: AttemptFacts[]
  durationMs: number
  /** The id of the request this one repeats. */
  replayOf: string | null
}

/** The row of a request, and one for each of its attempts. */
export function rowsOf(
  facts: RequestFacts,
  ending: Ending,
  { priceOf, conversations }: { priceOf: PriceOf; conversations: Conversations },
): { request: RequestRow; attempts: AttemptRow[] } {
  const attempts = facts.attempts.map((attempt) => {
    const { target, usage } = attempt
    const price = usage ? ratesFor(priceOf(target), usage) : null
    return attemptRow(attempt, ending, facts.durationMs, billOf(usage, price))
  })
  const served = facts.served && attempts[facts.attempts.indexOf(facts.served)]
  const answered = attempts.filter(({ first_event_ms }) => first_event_ms !== null)
  const cost_usd = totalCost(answered.map((attempt) => attempt.cost_usd))
  const usage_estimated = attempts.some((attempt) => attempt.usage_estimated)
  const bill = { ...billOf(facts.usage, served?.price ?? null), usage_estimated, cost_usd }
  const ledger = ledgerOf(facts, attempts, { ...ending, costUsd: cost_usd }, priceOf)
  const cache = cacheColumnsOf(facts, bill.price, conversations)
  return { request: requestRow(facts, ending, { ...bill, ...ledger, ...cache }), attempts }
}

function billOf(usage: Usage | undefined, price: Bill['price']): Bill {
  const { estimated, speed: _, inference_geo: __, ...counts } = usage ?? emptyUsage()
  return { ...counts, usage_estimated: estimated, price, cost_usd: costOf(counts, price) }
}

/** What a prompt cache lost shows in what the answer took; a replay is no turn of its session. */
function cacheColumnsOf(
  { session, request, served, createdAt, replayOf }: RequestFacts,
  price: Bill['price'],
  conversations: Conversations,
): CacheColumns {
  if (replayOf !== null || !served?.usage || served.usage.estimated) return NOT_COMPARED
  return conversations.turn(
    { session, request },
    {
      target: served.target.id,
      counts: served.usage,
      rates: price,
      askedAt: createdAt,
      answeredAt: createdAt + (served.firstEventMs ?? 0),
    },
  )
}

function requestRow(
  facts: RequestFacts,
  ending: Ending,
  columns: Bill & LedgerColumns & CacheColumns,
): RequestRow {
  const { body } = facts.request
  // Who failed last is what a person looks for where nobody answered.
  const shown = (facts.served ?? facts.attempts.at(-1))?.target
  const firstContent = facts.attempts.find(({ firstEventMs }) => firstEventMs !== undefined)
  return {
    id: facts.id,
    created_at: facts.createdAt,
    session_id: facts.session.id,
    agent: facts.session.agent,
    is_background: facts.session.isBackground,
    requested_model: body.model,
    provider: shown?.provider ?? null,
    served_model: shown?.model ?? null,
    region: shown?.region ?? null,
    stream: body.stream === true,
    status: ending.status,
    state: ending.state,
    attempt_count: facts.attempts.length,
    ...columns,
    first_event_ms: rounded(firstContent?.firstEventMs),
    duration_ms: rounded(facts.durationMs),
    error: ending.error,
    error_shape: shapeOf(ending.error),
    replay_of: facts.replayOf,
  }
}

function attemptRow(facts: AttemptFacts, ending: Ending, nowMs: number, bill: Bill): AttemptRow {
  const { target, startedMs, headersMs, firstEventMs, endedMs, usage } = facts
  const outcome = facts.outcome ?? (ending.state === 'complete' ? 'ok' : 'aborted')
  return {
    provider: target.provider,
    model: target.model,
    region: target.region,
    status: facts.status ?? null,
    outcome,
    error: facts.error ?? null,
    started_ms: rounded(startedMs),
    first_event_ms: rounded(firstEventMs && firstEventMs - startedMs),
    duration_ms: rounded((endedMs ?? nowMs) - startedMs),
    reason: facts.reason,
    wait_ms: rounded(facts.waitMs),
    headers_ms: rounded(headersMs && headersMs - startedMs),
    retry_after_ms: rounded(facts.retryAfterMs),
    error_shape: shapeOf(facts.error ?? null),
    ...bill,
    // What came of an answer is counted at its end.
    usage_estimated: bill.usage_estimated || (usage !== undefined && outcome !== 'ok'),
  }
}

/** Microseconds are as fine as these clocks are worth. */
function rounded(ms: number): number
function rounded(ms: number | undefined): number | null
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000
}
