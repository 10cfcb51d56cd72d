import { isRecord } from './json.ts'

/**
 * What went wrong, in the words of the Anthropic API. One class carries it, one table gives it a
 * status, and `renderError` in messages/render.ts (JSON) or the dashboard's error page shows it.
 */
export type ErrorCode = keyof typeof STATUS

/** Anthropic's status for each error type (PROTOCOL: platform.claude.com/docs/en/api/errors). */
const STATUS = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  method_not_allowed: 405,
  conflict_error: 409,
  request_too_large: 413,
  unsupported_media_type: 415,
  rate_limit_error: 429,
  client_closed: 499,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} as const

/**
 * What a failed attempt means for the routing. The ladder that decides it stands beside the fetch
 * (providers/failure.ts); what follows from it is one table (routing/rules.ts).
 */
export type Outcome =
  | 'rate_limited' // 429 and its disguises
  | 'overloaded' // 503, 529
  | 'server_error' // 500, 502, 504
  | 'reset' // the connection ended before any byte of an answer
  | 'unreachable' // DNS, refused, TLS, connect timeout
  | 'silent' // no content within the time given
  | 'bad_answer' // a 200 that is not an answer, a redirect, 408, 424
  | 'credential' // 401, 403: our key is wrong, missing or expired
  | 'billing' // 402, quota and credit texts
  | 'unavailable' // this model is not to be had there
  | 'unsupported' // it names a beta flag, field or tool type that it does not know
  | 'too_long' // the prompt exceeds the context window, or the body the size limit
  | 'unfit' // this target cannot take what the request holds, and another one may
  | 'rejected' // the request itself is at fault
  | 'aborted' // the client went away

export interface ErrorDetails {
  cause?: unknown
  /** Set on a failed attempt. */
  outcome?: Outcome
  /** With outcome `unsupported`: what the target does not know, as `strip` in the config writes it. */
  unsupported?: readonly string[]
  /** With outcome `rate_limited`: what there was too much of, where the upstream tells. */
  limited?: 'requests' | 'tokens' | 'concurrency'
  /**
   * With outcome `too_long`: how long the prompt is and may be, where the upstream tells. Absent
   * where not the prompt is too long, but the body too large.
   */
  window?: { promptTokens: number | null; limitTokens: number | null }
  /** How long the upstream asks to be left alone, in ms. */
  retryAfterMs?: number | undefined
  /** The HTTP status the upstream gave, if any. */
  upstreamStatus?: number
  /** The upstream's own `error` object, passed on as it is where it speaks Anthropic. */
  body?: Record<string, unknown>
  /** Headers the client should see, such as `retry-after`. */
  headers?: Record<string, string>
}

export class ProxyError extends Error {
  override name = 'ProxyError' as const
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.details = details
  }

  get status(): number {
    return STATUS[this.code]
  }

  /** The same error without secrets: services like to quote the key they refuse. */
  redacted(redact: (text: string) => string): ProxyError {
    const { body } = this.details
    return new ProxyError(this.code, redact(this.message), {
      ...this.details,
      ...(body && { body: redactedRecord(body, redact) }),
    })
  }
}

function redactedRecord(record: Record<string, unknown>, redact: (text: string) => string) {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, redactedValue(value, redact)]),
  )
}

function redactedValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((item) => redactedValue(item, redact))
  return isRecord(value) ? redactedRecord(value, redact) : value
}

export function shuttingDown(): ProxyError {
  return new ProxyError('overloaded_error', 'The proxy is shutting down', { outcome: 'aborted' })
}

/** Anything that is not a ProxyError is a defect of ours: its text is for the log only. */
export function toProxyError(error: unknown): ProxyError {
  if (error instanceof ProxyError) return error
  return new ProxyError('api_error', 'Internal error', { cause: error })
}

/** The Anthropic error type for an HTTP status that came without one. */
export function codeForStatus(status: number): ErrorCode {
  if (status === 503) return 'overloaded_error'
  if (status === 408 || status === 524) return 'timeout_error'
  if (status === 422) return 'invalid_request_error'
  for (const code of Object.keys(STATUS) as ErrorCode[]) {
    if (STATUS[code] === status) return code
  }
  // A redirect, or Bedrock's 424 for a model that failed: no fault of the request.
  return status < 400 || status === 424 || status >= 500 ? 'api_error' : 'invalid_request_error'
}

/** The status that goes with an Anthropic error type; null where there is no such type. */
export function statusForType(type: string | null): number | null {
  return type !== null && Object.hasOwn(STATUS, type) ? STATUS[type as ErrorCode] : null
}

/** What went wrong before anything was served, as a sentence for the person at the terminal. */
export class UserError extends Error {
  override name = 'UserError' as const

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}
