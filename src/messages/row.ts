import type { Outcome } from '../errors.ts'
import type { AttemptRow, RequestRow, RequestState } from '../history/schema.ts'
import type { Target } from '../routing/target.ts'
import type { ClientRequest } from './request.ts'
import type { Session } from './session.ts'
import type { Usage } from './usage.ts'

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
  firstEventMs?: number
  endedMs?: number
  outcome?: Outcome
  status?: number | null
  error?: string
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
  /** Who had content last. */
  served: AttemptFacts | null
  attempts: AttemptFacts[]
  durationMs: number
}

/** The row of a request. */
export function requestRow(facts: RequestFacts, ending: Ending): RequestRow {
  const { body } = facts.request
  // Who failed last is what a person looks for where nobody answered.
  const shown = (facts.served ?? facts.attempts.at(-1))?.target
  const firstContent = facts.attempts.find(({ firstEventMs }) => firstEventMs !== undefined)
  return {
    id: facts.id,
    created_at: facts.createdAt,
    session_id: facts.session.id,
    requested_model: body.model,
    provider: shown?.provider ?? null,
    served_model: shown?.model ?? null,
    region: shown?.region ?? null,
    stream: body.stream === true,
    status: ending.status,
    state: ending.state,
    attempt_count: facts.attempts.length,
    ...facts.usage,
    first_event_ms: rounded(firstContent?.firstEventMs),
    duration_ms: rounded(facts.durationMs),
    cost_usd: null,
    error: ending.error,
  }
}

/** The row of one attempt of a request that ended like this. */
export function attemptRow(facts: AttemptFacts, ending: Ending, nowMs: number): AttemptRow {
  const { target, startedMs, firstEventMs, endedMs } = facts
  return {
    provider: target.provider,
    model: target.model,
    region: target.region,
    status: facts.status ?? null,
    outcome: facts.outcome ?? (ending.state === 'complete' ? 'ok' : 'aborted'),
    error: facts.error ?? null,
    started_ms: rounded(startedMs),
    first_event_ms: rounded(firstEventMs && firstEventMs - startedMs),
    duration_ms: rounded((endedMs ?? nowMs) - startedMs),
    reason: facts.reason,
    wait_ms: rounded(facts.waitMs),
  }
}

/** Microseconds are as fine as these clocks are worth. */
function rounded(ms: number): number
function rounded(ms: number | undefined): number | null
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000
}
