import { codeForStatus, type ErrorCode, type Outcome, ProxyError } from '../errors.ts'
import { retryAfterMs } from './retry-after.ts'

/** A refusal as the provider's file read it from the wire. */
export interface Refusal {
  provider: string
  status: number
  headers: Headers
  /** The upstream's own words; clients match on them. */
  message: string
  /** The error type or exception name: `rate_limit_error`, `ThrottlingException`. */
  type?: string | null
  /** A finer code where the wire has one: `insufficient_quota`. */
  code?: string | null
  /** The `error` object, where the upstream speaks Anthropic. */
  body?: Record<string, unknown>
}

/** Turns a refusal, by status or inside a stream, into what the router and the client need. */
export function failureFromResponse(refusal: Refusal): ProxyError {
  const outcome = outcomeOf(refusal)
  const code = CODE_FOR_OUTCOME[outcome] ?? codeForStatus(refusal.status)
  return new ProxyError(code, wording(refusal, outcome), {
    outcome,
    upstreamStatus: refusal.status,
    retryAfterMs: retryAfterMs(refusal.headers, refusal.message, Date.now()),
    ...(refusal.body && outcome !== 'too_long' && { body: refusal.body }),
  })
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
  const code = codeOf(error)
  if (code === null) throw error
  if (isReset(code)) {
    return new ProxyError('api_error', `${provider}: the connection was closed (${code})`, {
      outcome: 'reset',
      cause: error,
    })
  }
  return new ProxyError('api_error', `${provider}: could not be reached (${code})`, {
    outcome: 'unreachable',
    cause: error,
  })
}

/** A 200 that is not an answer: HTML, nothing, broken JSON, a stream without an end. */
export function badAnswer(provider: string, what: string, cause?: unknown): ProxyError {
  return new ProxyError('api_error', `${provider}: ${what}`, { outcome: 'bad_answer', cause })
}

/** The ladder: the first question that says yes decides. Texts come before statuses. */
function outcomeOf(refusal: Refusal): Outcome {
  if (isBilling(refusal)) return 'billing'
  if (isRateLimit(refusal)) return 'rate_limited'
  if (isTooLong(refusal)) return 'too_long'
  if (isModelUnavailable(refusal)) return 'unavailable'
  if (isCredential(refusal)) return 'credential'
  if (isOverloaded(refusal)) return 'overloaded'
  if (isNoAnswer(refusal)) return 'bad_answer'
  if (isServerError(refusal)) return 'server_error'
  return 'rejected'
}

const CODE_FOR_OUTCOME: Partial<Record<Outcome, ErrorCode>> = {
  rate_limited: 'rate_limit_error',
  overloaded: 'overloaded_error',
  billing: 'billing_error',
  unavailable: 'not_found_error',
}

const BILLING_CODES = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'enforced_spend_limit_reached',
])

function isBilling({ status, code, type, message }: Refusal): boolean {
  // OpenRouter's in-flight budget is a 402 that ends by itself.
  if (/openrouter_in_flight_budget/.test(message)) return false
  if (status === 402 || type === 'billing_error') return true
  if (code != null && BILLING_CODES.has(code)) return true
  return (
    [400, 403, 429].includes(status) &&
    /credit balance is too low|insufficient (credits|quota)|spend limit|billing (hard )?limit/i.test(
      message,
    )
  )
}

function isRateLimit({ status, code, type, message }: Refusal): boolean {
  if (status === 429 || status === 402) return true
  // Groq says 413 "Request too large for model … (TPM)" with this code: waiting or moving on helps.
  if (code === 'rate_limit_exceeded' || type === 'rate_limit_error') return true
  return (
    type === 'ThrottlingException' ||
    type === 'ServiceQuotaExceededException' ||
    /too many tokens, please wait/i.test(message)
  )
}

function isTooLong({ status, code, message }: Refusal): boolean {
  if (status === 413 || code === 'context_length_exceeded') return true
  return (
    status === 400 &&
    /prompt is too long|input is too long|maximum context length|exceed context limit|context window/i.test(
      message,
    )
  )
}

function isModelUnavailable({ status, code, type, message }: Refusal): boolean {
  if (status === 404 || code === 'model_not_found' || type === 'ResourceNotFoundException') {
    return true
  }
  if (status === 403) return /\bmodel\b/i.test(message) && !/token|credential/i.test(message)
  return (
    status === 400 &&
    /model identifier is invalid|invocation of model id|model [`'"]?\S+[`'"]? (does not exist|not found|is not available)|not a valid model/i.test(
      message,
    )
  )
}

function isCredential({ status, type }: Refusal): boolean {
  return status === 401 || status === 403 || type === 'authentication_error'
}

/** 498 is Groq's flex capacity. */
function isOverloaded({ status, type }: Refusal): boolean {
  return [498, 503, 529].includes(status) || type === 'overloaded_error'
}

function isNoAnswer({ status }: Refusal): boolean {
  return status < 400 || status === 408 || status === 424
}

function isServerError({ status }: Refusal): boolean {
  return status >= 500 || status === 409
}

/**
 * Claude Code compacts the conversation when, and only when, it reads this sentence, so every
 * provider's overflow is put in these words. Anthropic's sum with `max_tokens` has its own remedy.
 */
function wording(refusal: Refusal, outcome: Outcome): string {
  const { message } = refusal
  if (outcome !== 'too_long' || refusal.status === 413) return message
  if (/prompt is too long: \d+ tokens > \d+/.test(message)) return message
  if (/`max_tokens` exceed context limit/.test(message)) return message
  const limit = /maximum context length is (\d+)/i.exec(message)?.[1]
  const used = /(?:resulted in|requested(?: about)?|contains at least) (\d+)/i.exec(message)?.[1]
  if (limit && used) return `prompt is too long: ${used} tokens > ${limit} maximum`
  return `prompt is too long: ${message}`
}

/** Bun names network errors by `code`; there is no Node-style `cause.code`. */
function codeOf(error: unknown): string | null {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded && typeof error.code === 'string' ? error.code : null
}

function isReset(code: string): boolean {
  return ['ECONNRESET', 'ConnectionClosed', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)
}
