import { type Outcome, ProxyError } from '../errors.ts'
import type { AttemptRow, RequestRow } from '../history/schema.ts'
import type { Transcript } from '../payloads/keeper.ts'
import type { PriceOf } from '../prices/prices.ts'
import type { Target } from '../routing/target.ts'
import type { Conversations } from './conversations.ts'
import type { ClientRequest } from './request.ts'
import { type AttemptFacts, type Ending, rowsOf } from './row.ts'
import { NO_SESSION, type Session, sessionOf } from './session.ts'
import { addUsage, emptyUsage, type Usage } from './usage.ts'

export interface ExchangeSettings {
  clientSignal: AbortSignal
  /** Its reason is a ProxyError. */
  shutdownSignal: AbortSignal
  requestTimeoutMs: number
  now: () => number
  redact(text: string): string
  priceOf: PriceOf
  conversations: Conversations
  /** The id of the request this one repeats. */
  replayOf: string | null
  /** Absent where nothing of what is said will be kept. */
  transcript?: Transcript | null
  record(request: RequestRow, attempts: AttemptRow[]): void
}

/** One client's request from its arrival to its row in the history. */
export interface Exchange {
  /** The `request-id` header, and the id of the row. */
  readonly id: string
  readonly request: ClientRequest
  readonly session: Session
  readonly replayOf: string | null
  /** Has to hear all that the client is sent; null where nobody listens. */
  readonly transcript: Transcript | null
  /** Aborted when the client leaves, we shut down, or the whole request takes too long. */
  readonly signal: AbortSignal
  readonly attemptCount: number
  readonly hasEnded: boolean
  /** What all attempts together have taken so far. */
  readonly usage: Usage
  hasAsked(target: Target): boolean
  /** Takes the secrets, ours and this client's, out of what an upstream said. */
  redact(text: string): string
  /** Whom the route would ask first, were everyone well; of several that are told, the first counts. */
  prefer(target: Target): void
  /** Why this target, and how long the request waited for it, go into the history. */
  startAttempt(target: Target, why: AttemptReason): Attempt
  /** A ping has gone out: whatever comes, the client has seen a status 200. */
  opened(): void
  onEnd(listener: () => void): void
  /** Ends the exchange if nothing else has, and what is still asked for it. */
  clientLeft(how: 'closed the connection' | 'stopped reading'): void
  /** Called by the first of completion, failure and the client's leaving; writes the row. */
  end(ending: Ending): void
}

export interface AttemptReason {
  reason: string
  waitMs: number
}

/** One target being asked. */
export interface Attempt {
  /** This target's answer is the one the client gets. */
  readonly isServed: boolean
  readonly elapsedMs: number
  /** The status line of an answer came. */
  heard(): void
  /**
   * Content came; `usage` counts the answer from now on. `onEnd` is called once: when it fails
   * after all, else when the exchange ends.
   */
  committed(usage: Usage, onEnd: () => void): void
  failed(error: ProxyError): void
}

/** Opens the exchange of a request that has been read and found sound. */
export function openExchange(request: ClientRequest, settings: ExchangeSettings): Exchange {
  const { now, record, redact, clientSignal, shutdownSignal, requestTimeoutMs, replayOf } = settings
  const { transcript = null } = settings
  const id = newRequestId()
  const session = replayOf === null ? sessionOf(request) : NO_SESSION
  const createdAt = now()
  const start = performance.now()
  const controller = new AbortController()
  const attempts: AttemptFacts[] = []
  const endListeners: (() => void)[] = []
  let preferred: Target | null = null
  let served: AttemptFacts | null = null
  let isOpened = false
  let hasEnded = false

  const elapsed = () => performance.now() - start
  const timer = setTimeout(
    () => controller.abort(requestTimeout(requestTimeoutMs)),
    requestTimeoutMs,
  )
  clientSignal.addEventListener('abort', onClientGone, { once: true })
  shutdownSignal.addEventListener('abort', onShutdown, { once: true })

  function onClientGone() {
    clientLeft('closed the connection')
  }

  function clientLeft(how: string) {
    const error = clientGone(how)
    exchange.end({ state: 'client_closed', status: error.status, error: error.message })
    controller.abort(error)
  }

  function onShutdown() {
    const error: ProxyError = shutdownSignal.reason
    const status = served ? 200 : error.status
    exchange.end({ state: 'interrupted', status, error: error.message })
    controller.abort(error)
  }

  function startAttempt(target: Target, why: AttemptReason): Attempt {
    const reason = served ? `continues a broken answer: ${why.reason}` : why.reason
    const facts: AttemptFacts = { target, ...why, reason, startedMs: elapsed() }
    attempts.push(facts)
    return {
      get isServed() {
        return served === facts
      },
      get elapsedMs() {
        return elapsed() - facts.startedMs
      },
      heard() {
        facts.headersMs = elapsed()
      },
      committed(usage, onEnd) {
        facts.firstEventMs = elapsed()
        facts.status = 200
        facts.usage = usage
        facts.onEnd = onEnd
        served = facts
        if (hasEnded) endAttempt(facts)
      },
      failed(error) {
        facts.outcome = outcomeOf(error)
        facts.status ??= error.details.upstreamStatus ?? null
        facts.error = error.message
        facts.retryAfterMs = error.details.retryAfterMs
        facts.endedMs = elapsed()
        endAttempt(facts)
      },
    }
  }

  function usageSoFar(): Usage {
    return attempts.reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), emptyUsage())
  }

  function end(ending: Ending) {
    if (hasEnded) return
    hasEnded = true
    clearTimeout(timer)
    clientSignal.removeEventListener('abort', onClientGone)
    shutdownSignal.removeEventListener('abort', onShutdown)
    const facts = {
      id,
      createdAt,
      request,
      session,
      usage: usageSoFar(),
      preferred,
      served,
      attempts,
      durationMs: elapsed(),
      replayOf,
    }
    const status = isOpened && ending.status !== 499 ? 200 : ending.status
    const rows = rowsOf(facts, { ...ending, status }, settings)
    record(rows.request, rows.attempts)
    transcript?.ended(rows.request)
    for (const attempt of attempts) endAttempt(attempt)
    // An answer that nobody gets any more must not keep its upstream open.
    if (ending.state === 'failed') controller.abort(failed(ending))
    for (const listener of endListeners) listener()
  }

  const exchange: Exchange = {
    id,
    request,
    session,
    replayOf,
    transcript,
    signal: controller.signal,
    redact,
    prefer(target) {
      preferred ??= target
    },
    startAttempt,
    clientLeft,
    end,
    get attemptCount() {
      return attempts.length
    },
    get hasEnded() {
      return hasEnded
    },
    get usage() {
      return usageSoFar()
    },
    hasAsked: ({ id }) => attempts.some(({ target }) => target.id === id),
    opened() {
      isOpened = true
    },
    onEnd(listener) {
      if (hasEnded) listener()
      else endListeners.push(listener)
    },
  }
  if (clientSignal.aborted) onClientGone()
  if (shutdownSignal.aborted) onShutdown()
  return exchange
}

function endAttempt(facts: AttemptFacts) {
  const { onEnd } = facts
  delete facts.onEnd
  onEnd?.()
}

/** A UUIDv7 sorts by time, so ids page through the history in order. */
export function newRequestId(): string {
  return `req_${Bun.randomUUIDv7().replaceAll('-', '')}`
}

/** `how`: "closed the connection", "stopped reading". */
export function clientGone(how: string): ProxyError {
  return new ProxyError('client_closed', `the client ${how}`, { outcome: 'aborted' })
}

function failed({ error }: Ending): ProxyError {
  return new ProxyError('api_error', error ?? 'the request has failed', { outcome: 'aborted' })
}

/**
 * The deadline of the whole request is nothing the routing holds against the one who was asked last;
 * in the history it is no client that left, but a target that did not come to an end.
 */
function outcomeOf({ code, details: { outcome = 'server_error' } }: ProxyError): Outcome {
  return code === 'timeout_error' && outcome === 'aborted' ? 'silent' : outcome
}

function requestTimeout(ms: number): ProxyError {
  const message = `No answer within ${ms / 1000} s (server.request_timeout)`
  return new ProxyError('timeout_error', message, { outcome: 'aborted' })
}
