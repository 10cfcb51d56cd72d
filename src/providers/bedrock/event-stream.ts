/** One message of AWS's binary event stream: its string headers and its payload. */
export interface Frame {
  headers: Map<string, string>
  payload: Uint8Array
}

const PRELUDE_BYTES = 12
const CRC_BYTES = 4
/** "The payload is at most 24 MB" (Amazon Transcribe, event stream encoding). */
const MAX_FRAME_BYTES = 24 * 1024 * 1024

/**
 * Cuts a byte stream into frames, however the network split or joined them:
 *
 *   total length (4) | headers length (4) | CRC of those 8 (4) | headers | payload | CRC of all (4)
 *
 * `feed` gives the frames that became whole; `isEmpty` tells whether a frame is left unfinished.
 * Cutting by hand costs a third of the SDK's stream decoder. Throws an Error on a damaged frame.
 */
export function createFrameCutter(): { feed(chunk: Uint8Array): Frame[]; isEmpty(): boolean } {
  let rest = new Uint8Array(0)

  return {
    feed(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const frames: Frame[] = []
      let at = 0
      for (let length = frameLength(bytes, at); length > 0; length = frameLength(bytes, at)) {
        frames.push(readFrame(bytes.subarray(at, at + length)))
        at += length
      }
      rest = new Uint8Array(bytes.subarray(at))
      return frames
    },
    isEmpty: () => rest.length === 0,
  }
}

/** The length of the frame at `at`, or 0 while it is not all there. */
function frameLength(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < PRELUDE_BYTES) return 0
  const view = viewOf(bytes, at)
  if (Bun.hash.crc32(bytes.subarray(at, at + 8)) !== view.getUint32(8)) {
    throw new Error('damaged prelude')
  }
  const length = view.getUint32(0)
  if (length > MAX_FRAME_BYTES || length < PRELUDE_BYTES + CRC_BYTES) {
    throw new Error(`impossible length ${length}`)
  }
  return bytes.length - at >= length ? length : 0
}

function readFrame(bytes: Uint8Array): Frame {
  const view = viewOf(bytes, 0)
  const end = bytes.length - CRC_BYTES
  if (Bun.hash.crc32(bytes.subarray(0, end)) !== view.getUint32(end)) {
    throw new Error('wrong checksum')
  }
  const headersEnd = PRELUDE_BYTES + view.getUint32(4)
  if (headersEnd > end) throw new Error('headers longer than the frame')
  return {
    headers: readHeaders(bytes.subarray(PRELUDE_BYTES, headersEnd)),
    payload: bytes.subarray(headersEnd, end),
  }
}

/** Bytes a header value takes, by its type: booleans, integers, timestamp, uuid. */
const FIXED_SIZES: Record<number, number> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 }
const STRING = 7

/** Name length (1), name, type (1), value; strings and byte arrays carry a length (2). */
function readHeaders(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>()
  const view = viewOf(bytes, 0)
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + 1 + view.getUint8(at)
    const name = utf8.decode(bytes.subarray(at + 1, nameEnd))
    const type = view.getUint8(nameEnd)
    const fixed = FIXED_SIZES[type]
    const start = nameEnd + (fixed === undefined ? 3 : 1)
    const end = start + (fixed ?? view.getUint16(nameEnd + 1))
    if (type === STRING) headers.set(name, utf8.decode(bytes.subarray(start, end)))
    at = end
  }
  return headers
}

const utf8 = new TextDecoder()

function viewOf(bytes: Uint8Array, at: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at)
}
