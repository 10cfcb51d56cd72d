import { createParser } from 'eventsource-parser'
import type { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { badAnswer, failureIn200 } from '../providers/failure.ts'

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

function streamFailure(provider: string, data: string): ProxyError {
  const event = tryParse(data)
  const error = isRecord(event) && isRecord(event.error) ? event.error : null
  return error
    ? failureIn200(provider, error)
    : badAnswer(provider, 'the stream broke off with an error')
}
