/** A text of which the middle may be missing; `end` is null where `beginning` is all of it. */
export interface Excerpt {
  beginning: string
  end: string | null
}

/**
 * Kept at either side of what is left out, and dropped with it: a secret that is cut in two there
 * cannot be recognised.
 */
export const MARGIN = 16 * 1024

/** Collects what is sent in pieces, and of more than `maxBytes` only the beginning and the end. */
export function createCollector(maxBytes: number) {
  const half = Math.ceil(maxBytes / 2) + MARGIN
  const beginning: Uint8Array[] = []
  const end: Uint8Array[] = []
  let beginningBytes = 0
  let endBytes = 0
  let isWhole = true
  let bytes = 0

  return {
    /** Of all that was sent. */
    get bytes() {
      return bytes
    },

    /** Takes the next piece, which must not change any more. */
    add(piece: Uint8Array): void {
      bytes += piece.length
      if (beginningBytes < half) {
        beginning.push(piece)
        beginningBytes += piece.length
        return
      }
      end.push(piece)
      endBytes += piece.length
      for (let [first] = end; first && endBytes - first.length >= half; [first] = end) {
        end.shift()
        endBytes -= first.length
        isWhole = false
      }
    },

    excerpt(): Excerpt {
      if (isWhole) return { beginning: textOf([...beginning, ...end]), end: null }
      return { beginning: textOf(beginning), end: textOf(end) }
    },
  }
}

function textOf(pieces: Uint8Array[]): string {
  return Buffer.concat(pieces).toString()
}

/** A long text without its middle, so that nobody has to look at all of it. */
export function excerptOf(text: string, maxBytes: number): Excerpt {
  const half = Math.ceil(maxBytes / 2) + MARGIN
  if (text.length <= 2 * half) return { beginning: text, end: null }
  return { beginning: text.slice(0, half), end: text.slice(-half) }
}

/** Stands where something is missing; in an event stream it is a comment. */
export const CUT_MARK = '\n\n: [cut here, it is longer than history.payload_size]\n\n'

/** At most `maxBytes` of an excerpt and, if that is not all, a mark in the middle. */
export function cut(
  { beginning, end }: Excerpt,
  maxBytes: number,
): { text: string; isCut: boolean } {
  if (end === null && Buffer.byteLength(beginning) <= maxBytes) {
    return { text: beginning, isCut: false }
  }
  const half = Math.floor(maxBytes / 2)
  const middle = middleOf(beginning)
  const [head, tail] =
    end === null
      ? [beginning.slice(0, middle), beginning.slice(middle)]
      : [beginning.slice(0, -MARGIN), end.slice(MARGIN)]
  return { text: firstOf(head, half) + CUT_MARK + lastOf(tail, half), isCut: true }
}

/** Not inside a character that takes two of the units a string is counted in. */
function middleOf(text: string): number {
  const middle = Math.floor(text.length / 2)
  return /[\udc00-\udfff]/.test(text.charAt(middle)) ? middle - 1 : middle
}

/** Of an event stream whole events; a blank line is nowhere else but between them. */
function firstOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  let to = Math.min(maxBytes, bytes.length)
  while (isInsideCharacter(bytes[to])) to--
  const first = bytes.toString('utf8', 0, to)
  const event = first.lastIndexOf('\n\n')
  return event === -1 ? first : first.slice(0, event)
}

function lastOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  let from = Math.max(0, bytes.length - maxBytes)
  while (isInsideCharacter(bytes[from])) from++
  const last = bytes.toString('utf8', from)
  const event = last.indexOf('\n\n')
  return event === -1 ? last : last.slice(event + 2)
}

/** In UTF-8 a byte that begins with 10 goes on with a character. */
function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
