import type { Answer } from './answer.ts'
import type { Refusal } from './refusal.ts'
import type { SimulatedCall } from './steps.ts'

/** How one service speaks. */
export interface Wire {
  readonly name: SimulatedCall['wire']
  /** The content type of its streams. */
  readonly streamType: string
  /** True where this path (without a query) belongs to the wire. */
  serves(path: string): boolean
  /** Throws a Refusal for a credential that is missing or wrong. */
  authenticate(incoming: Incoming): void
  modelOf(incoming: Incoming): string
  isStream(incoming: Incoming): boolean
  /** Throws a Refusal for what the service would turn down. With `anyModel` it knows every model. */
  check(incoming: Incoming, anyModel: boolean): void
  newRequestId(): string
  /** Headers of every answer. */
  headers(requestId: string, quota: Quota): Record<string, string>
  /** The answer to a request to count tokens; null for any other request. */
  count(incoming: Incoming): Reply | null
  message(answer: Answer, incoming: Incoming): Reply
  frames(answer: Answer, incoming: Incoming): Iterable<Frame>
  /** What keeps a stream alive and says nothing. */
  readonly ping: string | Uint8Array
  /** A piece of content that is no JSON: it breaks off half-way. */
  readonly garbled: string | Uint8Array
  /** An error inside a stream; both parts have the wire's default. */
  failure(type: string | undefined, message: string | undefined): string | Uint8Array
  /** The HTTP status of an in-stream error type, for when there is no stream. */
  statusOf(type: string | undefined): number
  refusal(refusal: Refusal, requestId: string): Reply
}

/** A request before anything in it was believed. */
export interface Incoming {
  method: string
  path: string
  headers: Headers
  text: string
  body: unknown
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

/** A piece of a stream, written in one go. */
export interface Frame {
  bytes: string | Uint8Array
  /** `head` stands before any content, `delta` counts for a step's `after`, `end` is the last. */
  part: 'head' | 'delta' | 'rest' | 'end'
}

/** What is left of a model's requests per minute. */
export interface Quota {
  limit: number
  remaining: number
  resetMs: number
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

/** An id as services make them: a prefix and 22 characters nobody guesses. */
export function newId(prefix: string): string {
  return `${prefix}${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`
}
