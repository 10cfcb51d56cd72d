import { createParser } from 'eventsource-parser'
import type { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { badAnswer, failureIn200 } from '../providers/failure.ts'
import { createMinted, type Minted } from './minted.ts'

/** What has been seen of an Anthropic event stream so far. */
export interface Watch {
  readonly usage: Usage
  readonly minted: Minted
  /** A content block was opened, or an empty message came to its end. */
  readonly hasContent: boolean
  /** `message_delta` gave a stop reason: nothing of the answer is missing. */
  readonly hasStopReason: boolean
  /** `message_stop` was seen. */
  readonly isComplete: boolean
  /** Something came behind `message_stop`, such as OpenAI's `[DONE]`. */
  readonly hasTrailer: boolean
  /** The stream said `event: error`, or something that is no event at all. */
  readonly failure: ProxyError | null
  feed(chunk: Uint8Array): void
}

/**
 * A tap on the bytes of an event stream. It changes nothing. Every event is parsed, since one whose
 * data is broken makes the client's own parser throw, in the middle of an answer.
 */
export function createWatch(provider: string): Watch {
  const decoder = new TextDecoder()
  const minted = createMinted()
  const watch = {
    usage: emptyUsage(),
    minted,
    hasContent: false,
    hasStopReason: false,
    isComplete: false,
    hasTrailer: false,
    failure: null as ProxyError | null,
    feed(chunk: Uint8Array) {
      parser.feed(decoder.decode(chunk, { stream: true }))
    },
  }

  const parser = createParser({
    onEvent({ event: name, data }) {
      if (watch.isComplete) watch.hasTrailer = true
      if (watch.isComplete || watch.failure) return
      const event = tryParse(data)
      if (isRecord(event)) onEvent(name ?? String(event.type), event)
      else if (data !== '') watch.failure = badAnswer(provider, 'an event is not a JSON object')
    },
  })

  function onEvent(type: string, event: Record<string, unknown>) {
    minted.hear(type, event)
    switch (type) {
      case 'content_block_start':
        watch.hasContent = true
        break
      case 'message_start':
        if (isRecord(event.message)) mergeUsage(watch.usage, event.message.usage)
        break
      case 'message_delta':
        mergeUsage(watch.usage, event.usage)
        if (isRecord(event.delta) && typeof event.delta.stop_reason === 'string') {
          watch.hasStopReason = true
        }
        break
      case 'message_stop':
        watch.hasContent = true
        watch.isComplete = true
        break
      case 'error':
        watch.failure = streamFailure(provider, event)
        break
    }
  }

  return watch
}

function streamFailure(provider: string, event: Record<string, unknown>): ProxyError {
  return isRecord(event.error)
    ? failureIn200(provider, event.error)
    : badAnswer(provider, 'the stream broke off with an error')
}
