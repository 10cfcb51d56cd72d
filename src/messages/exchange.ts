import { type Outcome, ProxyError } from '../errors.ts'
import type { AttemptRow, RequestRow, RequestState } from '../history/schema.ts'
import type { Target } from '../routing/target.ts'
import type { ClientRequest, CountTokensBody } from './request.ts'
import { emptyUsage, totalTokens, type Usage } from './usage.ts'

/** How a request ended, for its row. */
export interface Ending {
  state: RequestState
  /** The HTTP status the client got. */
  status: number
  /** Why, unless the state is `complete`. */
  error: string | null
}

export interface ExchangeSettings {
  clientSignal: AbortSignal
  shutdownSignal: AbortSignal
  requestTimeoutMs: number
  now: () => number
  record(request: RequestRow, attempts: AttemptRow[]): void
}

/** One client's request from its arrival to its row in the history. */
export interface Exchange {
  /** The `request-id` header, and the id of the row. */
  readonly id: string
  readonly request: ClientRequest
  /** Aborted when the client leaves or the whole request takes too long. */
  readonly signal: AbortSignal
  readonly attemptCount: number
  startAttempt(target: Target): Attempt
  /** `listener` hears, once, how many tokens the request took. */
  onEnd(listener: (tokens: number) => void): void
  /** Called by the first of completion, failure and the client's leaving; writes the row. */
  end(ending: Ending): void
}

/** One target being asked. */
export interface Attempt {
  readonly target: Target
  failed(error: ProxyError): void
  /** Content came: this target's answer goes to the client, and `usage` counts it from now on. */
  committed(usage: Usage): void
}

/** Opens the exchange of a request that has been read and found sound. */
export function openExchange(request: ClientRequest, settings: ExchangeSettings): Exchange {
  const { now, record, clientSignal, shutdownSignal } = settings
  const id = newRequestId()
  const createdAt = now()
  const start = performance.now()
  const controller = new AbortController()
  const attempts: OpenAttempt[] = []
  let served: OpenAttempt | null = null
  let usage = emptyUsage()
  const endListeners: ((tokens: number) => void)[] = []
  let ended = false

  const elapsed = () => performance.now() - start

  const timer = setTimeout(
    () => controller.abort(requestTimeout(settings.requestTimeoutMs)),
    settings.requestTimeoutMs,
  )
  const onClientGone = () => {
    controller.abort(clientGone())
    exchange.end({ state: 'client_closed', status: 499, error: 'the client closed the connection' })
  }
  const onShutdown = () => {
    const error = shuttingDown()
    exchange.end({
      state: 'interrupted',
      status: served ? 200 : error.status,
      error: error.message,
    })
    controller.abort(error)
  }
  clientSignal.addEventListener('abort', onClientGone, { once: true })
  shutdownSignal.addEventListener('abort', onShutdown, { once: true })

  const exchange: Exchange = {
    id,
    request,
    signal: controller.signal,
    get attemptCount() {
      return attempts.length
    },

    startAttempt(target) {
      const row: OpenAttempt = { target, startedMs: elapsed(), outcome: null }
      attempts.push(row)
      return {
        target,
        failed(error) {
          row.outcome = error.details.outcome ?? 'server_error'
          row.status = error.details.upstreamStatus ?? null
          row.error = error.message
          row.endedMs = elapsed()
        },
        committed(counted) {
          row.firstEventMs = rounded(elapsed())
          row.status = 200
          served = row
          usage = counted
        },
      }
    },

    onEnd(listener) {
      endListeners.push(listener)
    },

    end(ending) {
      if (ended) return
      ended = true
      clearTimeout(timer)
      clientSignal.removeEventListener('abort', onClientGone)
      shutdownSignal.removeEventListener('abort', onShutdown)
      for (const listener of endListeners) listener(totalTokens(usage))
      record(
        requestRow(
          { id, createdAt, request, usage, served, attempts, durationMs: elapsed() },
          ending,
        ),
        attempts.map((attempt) => attemptRow(attempt, ending, elapsed())),
      )
    },
  }
  if (clientSignal.aborted) onClientGone()
  return exchange
}

interface OpenAttempt {
  target: Target
  startedMs: number
  outcome: Outcome | null
  firstEventMs?: number
  endedMs?: number
  status?: number | null
  error?: string
}

interface Facts {
  id: string
  createdAt: number
  request: ClientRequest
  usage: Usage
  served: OpenAttempt | null
  attempts: OpenAttempt[]
  durationMs: number
}

function requestRow(facts: Facts, ending: Ending): RequestRow {
  const { body, headers } = facts.request
  // Who failed last is what a person looks for where nobody answered.
  const shown = (facts.served ?? facts.attempts.at(-1))?.target
  return {
    id: facts.id,
    created_at: facts.createdAt,
    session_id: sessionId(headers, body),
    requested_model: body.model,
    provider: shown?.provider ?? null,
    served_model: shown?.model ?? null,
    region: shown?.region ?? null,
    stream: body.stream === true,
    status: ending.status,
    state: ending.state,
    attempt_count: facts.attempts.length,
    ...facts.usage,
    first_event_ms: facts.served?.firstEventMs ?? null,
    duration_ms: rounded(facts.durationMs),
    cost_usd: null,
    error: ending.error,
  }
}

/** Claude Code names its session in a header; older versions in `metadata.user_id`, as JSON. */
function sessionId(headers: Headers, body: CountTokensBody): string | null {
  const named = headers.get('x-claude-code-session-id')
  if (named) return named.slice(0, 128)
  const metadata = 'metadata' in body ? (body as ClientRequest['body']).metadata : undefined
  const userId = metadata?.user_id
  if (!userId) return null
  return /"session_id":"([^"]+)"/.exec(userId)?.[1]?.slice(0, 128) ?? userId.slice(0, 128)
}

function attemptRow(attempt: OpenAttempt, ending: Ending, nowMs: number): AttemptRow {
  const { target, startedMs } = attempt
  return {
    provider: target.provider,
    model: target.model,
    region: target.region,
    status: attempt.status ?? null,
    outcome: attempt.outcome ?? (ending.state === 'complete' ? 'ok' : 'aborted'),
    error: attempt.error ?? null,
    started_ms: rounded(startedMs),
    first_event_ms:
      attempt.firstEventMs === undefined ? null : rounded(attempt.firstEventMs - startedMs),
    duration_ms: rounded((attempt.endedMs ?? nowMs) - startedMs),
  }
}

/** Microseconds are as fine as these clocks are worth. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/** A UUIDv7 sorts by time, so ids page through the history in order. */
export function newRequestId(): string {
  return `req_${Bun.randomUUIDv7().replaceAll('-', '')}`
}

function clientGone(): ProxyError {
  return new ProxyError('client_closed', 'The client closed the connection', { outcome: 'aborted' })
}

function shuttingDown(): ProxyError {
  return new ProxyError('overloaded_error', 'The proxy is shutting down', { outcome: 'aborted' })
}

function requestTimeout(ms: number): ProxyError {
  return new ProxyError(
    'timeout_error',
    `No answer within ${ms / 1000} s (server.request_timeout)`,
    {
      outcome: 'aborted',
    },
  )
}
