import { isRecord, tryParse } from '../json.ts'

/**
 * JSON, or an event stream, with a note in place of every image and document that came as base64.
 * The very same text where there is none.
 */
export function withoutFiles(text: string): string {
  if (!text.includes(SIGN)) return text
  const whole = tryParse(text)
  if (whole !== undefined) return withoutFilesIn(whole) ?? text
  return text.split('\n').map(lineWithoutFiles).join('\n')
}

/**
 * Looked for before anything is parsed. Without its first quote it is found many times as fast: JSON
 * has so many of them.
 */
const SIGN = 'base64"'
const DATA = /^data: ?/

function lineWithoutFiles(line: string): string {
  const [field] = DATA.exec(line) ?? []
  if (field === undefined || !line.includes(SIGN)) return line
  const value = tryParse(line.slice(field.length))
  return value === undefined ? line : field + (withoutFilesIn(value) ?? line.slice(field.length))
}

/** Null where there are none. */
function withoutFilesIn(value: unknown): string | null {
  let found = false
  const json = JSON.stringify(value, (key, member: unknown) => {
    if (key !== 'source' || !isRecord(member) || member.type !== 'base64') return member
    if (typeof member.data !== 'string') return member
    found = true
    return { ...member, data: noteFor(member.media_type, member.data) }
  })
  return found ? json : null
}

function noteFor(mediaType: unknown, base64: string): string {
  const type = typeof mediaType === 'string' ? mediaType : 'a file'
  return `[${type}, ${Buffer.byteLength(base64, 'base64')} bytes, not kept]`
}
