import { createParser } from 'eventsource-parser'
import type { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { badAnswer, failureFromResponse } from '../providers/failure.ts'

/** What has been seen of an Anthropic event stream so far. */
export interface Watch {
  readonly usage: Usage
  /** A content block was opened, or an empty message came to its end. */
  readonly hasContent: boolean
  /** `message_delta` gave a stop reason: nothing of the answer is missing. */
  readonly hasStopReason: boolean
  /** `message_stop` was seen. */
  readonly isComplete: boolean
  /** The stream said `event: error`. */
  readonly failure: ProxyError | null
  feed(chunk: Uint8Array): void
}

/**
 * A tap on the bytes of an event stream. It changes nothing, and parses only the few events that
 * mean something to us; the deltas, which are nearly all of them, it merely counts by name.
 */
export function createWatch(provider: string): Watch {
  const decoder = new TextDecoder()
  const watch = {
    usage: emptyUsage(),
    hasContent: false,
    hasStopReason: false,
    isComplete: false,
    failure: null as ProxyError | null,
    feed(chunk: Uint8Array) {
      parser.feed(decoder.decode(chunk, { stream: true }))
    },
  }

  const parser = createParser({
    onEvent({ event, data }) {
      switch (event ?? typeOf(data)) {
        case 'content_block_start':
          watch.hasContent = true
          break
        case 'message_start':
          mergeUsage(watch.usage, messageOf(data)?.usage)
          break
        case 'message_delta':
          onMessageDelta(data)
          break
        case 'message_stop':
          watch.hasContent = true
          watch.isComplete = true
          break
        case 'error':
          watch.failure = streamFailure(provider, data)
          break
      }
    },
  })

  function onMessageDelta(data: string) {
    const event = tryParse(data)
    if (!isRecord(event)) return
    mergeUsage(watch.usage, event.usage)
    if (isRecord(event.delta) && typeof event.delta.stop_reason === 'string') {
      watch.hasStopReason = true
    }
  }

  return watch
}

/** Some compatible servers leave the `event:` line out. */
function typeOf(data: string): string {
  const event = tryParse(data)
  return isRecord(event) ? String(event.type) : ''
}

function messageOf(data: string): Record<string, unknown> | null {
  const event = tryParse(data)
  return isRecord(event) && isRecord(event.message) ? event.message : null
}

/** Inside a stream an error has a type, but its status is that of the answer: 200. */
const STATUS_OF_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
}

function streamFailure(provider: string, data: string): ProxyError {
  const event = tryParse(data)
  const error = isRecord(event) && isRecord(event.error) ? event.error : null
  if (!error) return badAnswer(provider, 'the stream broke off with an error')
  const type = String(error.type)
  return failureFromResponse({
    provider,
    status: STATUS_OF_TYPE[type] ?? 500,
    headers: new Headers(),
    message: String(error.message ?? type),
    type,
    body: error,
  })
}
