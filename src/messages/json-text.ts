/**
 * Edits on JSON text that leave every other byte as it was.
 *
 * What a client wrote must reach a Claude model unchanged (signatures, number spellings, key order),
 * and parsing 50 KB only to print it again is the dearest thing a proxy can do.
 */

interface Span {
  start: number
  end: number
}

/** `text` (a valid JSON object) with the value of a top-level member replaced by `json`. */
export function replaceMember(text: string, key: string, json: string): string {
  const span = memberSpan(text, key)
  return span ? text.slice(0, span.start) + json + text.slice(span.end) : text
}

/** The same, and where there is no such member, it is put behind the others. */
export function putMember(text: string, key: string, json: string): string {
  if (memberSpan(text, key)) return replaceMember(text, key, json)
  const end = text.lastIndexOf('}')
  const isEmpty = text.slice(0, end).trim() === '{'
  return `${text.slice(0, end)}${isEmpty ? '' : ','}${JSON.stringify(key)}:${json}${text.slice(end)}`
}

/** How deep arrays and objects stand in each other; any text will do. */
export function nestingOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = skipString(text, at) - 1
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth)
    else if (char === '}' || char === ']') depth--
  }
  return deepest
}

/**
 * The numbers of a JSON text as they are spelled there. No regular expression: Bun's gives up on a
 * string of megabytes, such as an image, without a word.
 */
export function* numbersIn(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) at = skipString(text, at) - 1
    else if (char === MINUS || (char >= ZERO && char <= NINE)) {
      const end = skipValue(text, at)
      yield text.slice(at, end)
      at = end - 1
    }
  }
}

const [QUOTE, MINUS, ZERO, NINE] = [0x22, 0x2d, 0x30, 0x39]

/** Of members with the same name the last one counts, as it does for JSON.parse. */
function memberSpan(text: string, key: string): Span | null {
  let span: Span | null = null
  let at = skipSpace(text, skipSpace(text, 0) + 1)
  while (at < text.length && text[at] !== '}') {
    const keyEnd = skipString(text, at)
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = skipValue(text, start)
    if (isKey(text, at, keyEnd, key)) span = { start, end }
    at = skipComma(text, end)
  }
  return span
}

/** A key may be written with escapes (`"mod\u0065l"`). */
function isKey(text: string, start: number, end: number, key: string): boolean {
  const written = text.slice(start + 1, end - 1)
  return written === key || (written.includes('\\') && JSON.parse(`"${written}"`) === key)
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return at
}

/** To the next member or element, or to the bracket behind the last one. */
function skipComma(text: string, at: number): number {
  const next = skipSpace(text, at)
  return text[next] === ',' ? skipSpace(text, next + 1) : next
}

function skipValue(text: string, at: number): number {
  const first = text[at]
  if (first === '"') return skipString(text, at)
  if (first === '{' || first === '[') return skipNested(text, at)
  while (at < text.length && !',]}'.includes(text[at] ?? '') && text.charCodeAt(at) > 0x20) at++
  return at
}

function skipNested(text: string, at: number): number {
  let depth = 0
  while (at < text.length) {
    const char = text[at]
    if (char === '"') {
      at = skipString(text, at)
      continue
    }
    if (char === '{' || char === '[') depth++
    if (char === '}' || char === ']') depth--
    at++
    if (depth === 0) return at
  }
  return at
}

function skipString(text: string, at: number): number {
  let end = at
  do {
    end = text.indexOf('"', end + 1)
    if (end === -1) return text.length
  } while (isEscaped(text, end))
  return end + 1
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
