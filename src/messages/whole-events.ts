import { createParser } from 'eventsource-parser'
import { ProxyError } from '../errors.ts'
import { isRecord, tryParse } from '../json.ts'

/** What ends an event: a blank line, in any of the three spellings of a line's end (WHATWG SSE). */
const ENDS = ['\n\n', '\r\n\r\n', '\r\r']
/** Far above any event there is. */
const MAX_HELD_BYTES = 16 * 1024 * 1024

/**
 * Cuts an event stream behind its last whole event: `feed` gives what may go out and holds back the
 * rest. Behind half an event our own could not be told apart from its data. Throws a
 * ProxyError on an event without an end.
 */
export function createEventCutter(): { feed(chunk: Uint8Array): Uint8Array } {
  let held = Buffer.alloc(0)
  return {
    feed(chunk) {
      const bytes =
        held.length === 0
          ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
          : Buffer.concat([held, chunk])
      const end = Math.max(...ENDS.map((mark) => endOf(bytes, mark)))
      held = end === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(end))
      if (held.length > MAX_HELD_BYTES) throw endless()
      return end === bytes.length ? bytes : bytes.subarray(0, end)
    },
  }
}

function endless(): ProxyError {
  return new ProxyError('api_error', 'an event of the stream has no end', { outcome: 'bad_answer' })
}

function endOf(bytes: Buffer, mark: string): number {
  const at = bytes.lastIndexOf(mark)
  return at === -1 ? 0 : at + mark.length
}

/** One event of a stream, read. */
export interface StreamEvent {
  type: string
  data: Record<string, unknown>
}

/** The events in what a cutter gave. */
export function eventsIn(whole: Uint8Array): StreamEvent[] {
  return parsed(new TextDecoder().decode(whole)).filter((event) => event !== null)
}

/**
 * What of these whole events a client may have: all before the first that is an error or no event,
 * and nothing behind `message_stop`.
 */
export function soundPart(whole: Uint8Array): Uint8Array {
  let sound = ''
  for (const piece of new TextDecoder().decode(whole).split(BEHIND_EVENT)) {
    const [event] = parsed(piece)
    if (event === null || event?.type === 'error') break
    sound += piece
    if (event?.type === 'message_stop') break
  }
  return new TextEncoder().encode(sound)
}

/** A blank line; a CR that an LF follows ends no line by itself. */
const BEHIND_EVENT = /(?<=(?:\r\n|\n|\r(?!\n)){2})/

/** The events of a text, null where one has data that is no JSON object. */
function parsed(text: string): (StreamEvent | null)[] {
  const events: (StreamEvent | null)[] = []
  const parser = createParser({
    onEvent({ event, data }) {
      const value = tryParse(data)
      if (isRecord(value)) events.push({ type: event ?? String(value.type), data: value })
      else if (data !== '') events.push(null)
    },
  })
  parser.feed(text)
  return events
}
