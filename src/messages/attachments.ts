export interface Size {
  width: number
  height: number
}

/** Enough for the thumbnails that cameras put in front of the size of a JPEG. */
const HEAD_CHARACTERS = 128 * 1024

/** The pixels of a base64 PNG, JPEG, GIF or WebP; null where its head does not tell. */
export function imageSize(base64: string): Size | null {
  const bytes = Buffer.from(base64.slice(0, HEAD_CHARACTERS), 'base64')
  if (bytes.length < 30) return null
  if (bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  }
  if (bytes.toString('latin1', 0, 3) === 'GIF') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  }
  if (bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes)
  return bytes.readUInt16BE(0) === 0xffd8 ? jpegSize(bytes) : null
}

/** One of three formats, named in the first chunk (developers.google.com/speed/webp). */
function webpSize(bytes: Buffer): Size | null {
  const format = bytes.toString('latin1', 12, 16)
  if (format === 'VP8X') {
    return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  }
  if (format === 'VP8L') {
    const bits = bytes.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  if (format !== 'VP8 ') return null
  return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
}

/** Segment by segment, to the one that starts a frame: C0 to CF but for the tables C4, C8 and CC. */
function jpegSize(bytes: Buffer): Size | null {
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}

/** Every request passes here, so a large file is judged by its first megabytes. */
const PDF_CHARACTERS = 2 * 1024 * 1024
/** Where the pages are packed into compressed objects and cannot be counted. */
const CHARACTERS_PER_PDF_PAGE = 75_000

/** About how many pages a base64 PDF has. */
export function pdfPages(base64: string): number {
  const seen = base64.slice(0, PDF_CHARACTERS)
  const found =
    Buffer.from(seen, 'base64')
      .toString('latin1')
      .match(/\/Type\s*\/Page\b/g)?.length ?? 0
  if (found > 0) return Math.ceil((found * base64.length) / seen.length)
  return Math.max(1, Math.round(base64.length / CHARACTERS_PER_PDF_PAGE))
}
