import {
  codeForStatus,
  type ErrorCode,
  type Outcome,
  ProxyError,
  statusForType,
} from '../errors.ts'
import { namingUnsupported } from './claude/unsupported.ts'
import { networkFailure } from './network.ts'
import { outcomeOf, type Signs } from './outcome.ts'
import { retryAfterMs } from './retry-after.ts'
import { limitedIn, type Window, windowIn } from './wording.ts'

/** A refusal as the provider's file read it from the wire; the message is the upstream's own. */
export interface Refusal extends Signs {
  provider: string
  headers: Headers
  /** The `error` object, where the upstream speaks Anthropic. */
  body?: Record<string, unknown>
}

/** Turns a refusal, by status or inside a stream, into what the router and the client need. */
export function failureFromResponse(refusal: Refusal): ProxyError {
  const { status, headers, message, body } = refusal
  const now = Date.now()
  const outcome = outcomeOf(refusal)
  const window = outcome === 'too_long' ? windowOf(refusal) : undefined
  const limited = outcome === 'rate_limited' ? limitedIn(refusal, headers, now) : undefined
  return new ProxyError(
    window ? 'invalid_request_error' : codeOf(outcome, status),
    window ? overflow(message, window) : message,
    {
      outcome,
      upstreamStatus: status,
      retryAfterMs: retryAfterMs(headers, message, now),
      ...(window && { window }),
      ...(limited && { limited }),
      ...(body && outcome !== 'too_long' && { body }),
    },
  )
}

/**
 * An error in Anthropic's words inside a 200: an event of a stream, or the whole body. It means
 * what it would mean with the status of its type; without one it is no answer.
 */
export function failureIn200(provider: string, error: Record<string, unknown>): ProxyError {
  const type = typeof error.type === 'string' ? error.type : null
  const failure = failureFromResponse({
    provider,
    status: statusForType(type) ?? 200,
    headers: new Headers(),
    message: String(error.message ?? type ?? 'an error without a message'),
    type,
    body: error,
  })
  return namingUnsupported(failure)
}

/**
 * Turns what `fetch` or a body threw into a failure. Our own abort reasons pass as they are; what
 * is no network error is a defect of ours and thrown again.
 */
export function failureFromException(
  provider: string,
  error: unknown,
  signal: AbortSignal,
): ProxyError {
  if (signal.aborted && signal.reason instanceof ProxyError) return signal.reason
  if (error instanceof ProxyError) return error
  if (signal.aborted) {
    return new ProxyError('client_closed', `${provider}: aborted`, { outcome: 'aborted' })
  }
  const failure = networkFailure(provider, error)
  if (!failure) throw error
  return failure
}

/**
 * Whether a service says that it has nothing at this address, and not that it lacks a model: that it
 * would name (OpenRouter: "No endpoints found for …").
 */
export function isNoSuchEndpoint(error: unknown): boolean {
  if (!(error instanceof ProxyError)) return false
  const { upstreamStatus = 0 } = error.details
  return [404, 405, 501].includes(upstreamStatus) && !/model|endpoints found/i.test(error.message)
}

/** A 200 that is not an answer: HTML, nothing, broken JSON, a stream without an end. */
export function badAnswer(provider: string, what: string, cause?: unknown): ProxyError {
  return new ProxyError('api_error', `${provider}: ${what}`, { outcome: 'bad_answer', cause })
}

const CODES: Partial<Record<Outcome, ErrorCode>> = {
  rate_limited: 'rate_limit_error',
  overloaded: 'overloaded_error',
  billing: 'billing_error',
  unavailable: 'not_found_error',
  unreachable: 'api_error',
}

/** What the client is told: the outcome's own word where the status would say something else. */
function codeOf(outcome: Outcome, status: number): ErrorCode {
  if (outcome === 'credential') return status === 403 ? 'permission_error' : 'authentication_error'
  if (outcome === 'bad_answer' && status !== 408) return 'api_error'
  if (outcome === 'rejected' && status < 400) return 'invalid_request_error'
  return CODES[outcome] ?? codeForStatus(status)
}

/** A 413 is about the size of the body, unless it speaks of tokens. */
function windowOf({ status, code, message }: Refusal): Window | undefined {
  const window = windowIn(message)
  const hasNumbers = window.promptTokens !== null || window.limitTokens !== null
  return status === 413 && code !== 'context_length_exceeded' && !hasNumbers ? undefined : window
}

/**
 * Claude Code compacts the conversation when, and only when, it reads this sentence, so every
 * provider's overflow is put in these words. Anthropic's sum with `max_tokens` has its own remedy.
 */
function overflow(message: string, { promptTokens, limitTokens }: Window): string {
  if (/prompt is too long: \d+ tokens > \d+/.test(message)) return message
  if (/`max_tokens` exceed context limit/.test(message)) return message
  if (promptTokens === null || limitTokens === null) return `prompt is too long: ${message}`
  return `prompt is too long: ${promptTokens} tokens > ${limitTokens} maximum`
}
