import type { Outcome } from '../errors.ts'

/** What the wire says of a refusal; what it means is decided here, for all lanes. */
export interface Signs {
  /** 200 where an error stood in an answer and named no other. */
  status: number
  message: string
  /** The error type or exception name: `rate_limit_error`, `ThrottlingException`. */
  type?: string | null
  /** A finer code where the wire has one: `insufficient_quota`. */
  code?: string | null
}

/** The ladder: the first question that says yes decides. Names and texts come before statuses. */
export function outcomeOf(signs: Signs): Outcome {
  if (isContentRefused(signs)) return 'rejected'
  if (isBilling(signs)) return 'billing'
  if (isNotReady(signs)) return 'overloaded'
  if (isRateLimit(signs)) return 'rate_limited'
  if (isOverloaded(signs)) return 'overloaded'
  if (isTooLong(signs)) return 'too_long'
  if (namesCredential(signs)) return 'credential'
  if (isModelUnavailable(signs)) return 'unavailable'
  if (signs.status === 401 || signs.status === 403) return 'credential'
  if (isBehindProxy(signs)) return 'unreachable'
  // Cloudflare: the server behind it took the request and did not answer.
  if (signs.status === 524) return 'silent'
  if (isServerError(signs)) return 'server_error'
  if (isNoAnswer(signs)) return 'bad_answer'
  return 'rejected'
}

/** Whether the type or the code is one of these words. */
function isNamed({ type, code }: Signs, names: ReadonlySet<string>): boolean {
  return names.has(type ?? '') || names.has(code ?? '')
}

const CONTENT = new Set(['content_policy_violation', 'content_filter', 'moderation_blocked'])

/** OpenRouter's moderation is a 403. */
function isContentRefused(signs: Signs): boolean {
  if (isNamed(signs, CONTENT)) return true
  return (
    [400, 403].includes(signs.status) && /input was flagged|content policy/i.test(signs.message)
  )
}

const BILLING = new Set([
  'billing_error',
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'enforced_spend_limit_reached',
  'linked_organization_billing_unavailable',
  'billing_not_active',
  'billing_hard_limit_reached',
])

const BILLING_WORDS =
  /credit balance is too low|insufficient (credits|quota|balance)|spend limit|billing (hard )?limit|specified (workspace )?api usage limits|payment[ _]instrument/i

/** Not Gemini's "You exceeded your current quota": that is what it says of a minute, too. */
function isBilling(signs: Signs): boolean {
  const { status, message } = signs
  if (isInFlightBudget(signs)) return false
  if (status === 402 || isNamed(signs, BILLING)) return true
  return [400, 403, 429].includes(status) && BILLING_WORDS.test(message)
}

/** OpenRouter's 402 for too much at a time, which ends by itself. */
function isInFlightBudget({ code, message }: Signs): boolean {
  return `${code} ${message}`.includes('openrouter_in_flight_budget')
}

/** Bedrock says 429 while it is still loading a model. */
function isNotReady({ type, code }: Signs): boolean {
  return /ModelNotReady/i.test(`${type} ${code}`)
}

/** 498 is Groq's flex capacity. */
function isOverloaded({ status, type, code }: Signs): boolean {
  if ([498, 503, 529].includes(status)) return true
  return /overloaded|service_?unavailable/i.test(`${type} ${code}`)
}

const RATE_LIMIT_NAMES =
  /rate_limit|too_many_requests|TooManyRequests|Throttling|ServiceQuotaExceeded|(token|request)_quota_exceeded|ramp_limit/

/** Groq's 413 "Request too large … (TPM)" has such a code, too: moving on helps. */
function isRateLimit(signs: Signs): boolean {
  if (signs.status === 429 || isInFlightBudget(signs)) return true
  if (RATE_LIMIT_NAMES.test(`${signs.type} ${signs.code}`)) return true
  return /too many tokens, please wait/i.test(signs.message)
}

const TOO_LONG = new Set([
  'context_length_exceeded',
  'exceed_context_size_error',
  'request_too_large',
  'prompt_too_long',
])

const TOO_LONG_WORDS =
  /(prompt|input) is too long|prompt_too_long|prompt exceeds max length|context length (is|of) only|maximum (context|prompt) length|context (limit|window|size)|maximum number of tokens allowed|reduce the length of the messages|model token limit|too many input tokens|exceed the configured limit|tokens \+ `max_new_tokens`/i

function isTooLong(signs: Signs): boolean {
  if (signs.status === 413 || isNamed(signs, TOO_LONG)) return true
  return [200, 400, 422].includes(signs.status) && TOO_LONG_WORDS.test(signs.message)
}

const CREDENTIAL = new Set([
  'authentication_error',
  'invalid_api_key',
  'organization_restricted',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'MissingAuthenticationTokenException',
  'RequestExpired',
])

/** AWS quotes the whole request, the model's id included, so the names come before the model. */
function namesCredential(signs: Signs): boolean {
  if (isNamed(signs, CREDENTIAL)) return true
  // Gemini and xAI say 400.
  return (
    signs.status === 400 &&
    /(incorrect|invalid) api key|api key (is )?(not valid|invalid|expired)/i.test(signs.message)
  )
}

const UNAVAILABLE = new Set([
  'not_found_error',
  'model_not_found',
  'model_decommissioned',
  'model_terms_required',
  'model_not_available',
  'ResourceNotFoundException',
])

const UNAVAILABLE_WORDS =
  /model identifier is invalid|invocation of model id|model [`'"]?\S+[`'"]? (does not exist|not found|is not available)|not a valid model|end of its life|marked by provider as legacy|^operation not allowed|support counting tokens/i

/** 405, 410, 501: the address exists, and does not do what it is asked to. */
function isModelUnavailable(signs: Signs): boolean {
  const { status, message } = signs
  if ([404, 405, 410, 501].includes(status) || isNamed(signs, UNAVAILABLE)) return true
  if (status === 403)
    return /\bmodel\b/i.test(message) && !/token|credential|api key/i.test(message)
  return status === 400 && UNAVAILABLE_WORDS.test(message)
}

/**
 * 407 is a company's proxy. 521 to 523, 525, 526 and 530 are how Cloudflare says refused, connect
 * timeout, no route, TLS and DNS.
 */
function isBehindProxy({ status }: Signs): boolean {
  return [407, 521, 522, 523, 525, 526, 530].includes(status)
}

const SERVER_ERROR = new Set([
  'server_error',
  'internal_error',
  'internal_server_error',
  'InternalFailure',
])

function isServerError(signs: Signs): boolean {
  return signs.status >= 500 || signs.status === 409 || isNamed(signs, SERVER_ERROR)
}

/** Groq checks what the model wrote: that it does not fit is no fault of the request. */
const BAD_GENERATION = new Set(['tool_use_failed', 'json_validate_failed'])

function isNoAnswer(signs: Signs): boolean {
  return signs.status < 400 || [408, 424].includes(signs.status) || isNamed(signs, BAD_GENERATION)
}
