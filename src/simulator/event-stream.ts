/**
 * One frame of `application/vnd.amazon.eventstream` (Smithy, "Amazon Event Stream Specification"):
 * total length, headers' length, CRC of those two, headers, payload, CRC of everything before.
 */
export function encodeFrame(headers: Record<string, string>, payload: string): Uint8Array {
  const head = encodeHeaders(headers)
  const body = Buffer.from(payload)
  const frame = Buffer.alloc(PRELUDE + head.length + body.length + CRC)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(head.length, 4)
  frame.writeUInt32BE(Bun.hash.crc32(frame.subarray(0, 8)), 8)
  frame.set(head, PRELUDE)
  frame.set(body, PRELUDE + head.length)
  const end = frame.length - CRC
  frame.writeUInt32BE(Bun.hash.crc32(frame.subarray(0, end)), end)
  return frame
}

const CRC = 4
const PRELUDE = 8 + CRC
const STRING_TYPE = 7

function encodeHeaders(headers: Record<string, string>): Buffer {
  const parts = Object.entries(headers).map(([name, value]) => {
    const header = Buffer.alloc(1 + name.length + 1 + 2 + value.length)
    let at = header.writeUInt8(name.length)
    at += header.write(name, at)
    at = header.writeUInt8(STRING_TYPE, at)
    at = header.writeUInt16BE(value.length, at)
    header.write(value, at)
    return header
  })
  return Buffer.concat(parts)
}
