import { ProxyError } from '../errors.ts'

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
