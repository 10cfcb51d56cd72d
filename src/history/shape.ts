/** Longer ones say nothing more that tells errors apart. */
const LONGEST = 200
/** Some services answer with a whole page. */
const LOOKED_AT = 2000

/** What differs from one error to the next of its kind, in the order in which it is taken out. */
const VARYING = [
  // A time as in ISO 8601 or as in a log.
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  // Ids such as `req_011CS…`, hashes and keys: long words with a digit.
  /\b[a-z]{2,8}_(?=[a-z]*\d)[a-z0-9]{6,}\b/gi,
  /\b(?=[a-f]*\d)[0-9a-f]{6,}\b/gi,
  /\b(?=[a-z_]*\d)\w{16,}\b/gi,
  /\d+(?:[.,:]\d+)*/g,
]

/** Quotes around whole words; a digit, a space or a great length tell a text from a name. */
const QUOTED = /"([^"\n]*)"|`([^`\n]*)`|(?<!\w)'([^'\n]*)'(?!\w)/g

/**
 * The words of an error with `#` for numbers, ids, times and quoted texts, by which errors that
 * say the same are counted together. Quoted names, such as that of a field, stay. Null for null.
 */
export function shapeOf(error: string | null): string | null {
  if (error === null) return null
  const named = error
    .slice(0, LOOKED_AT)
    .replace(QUOTED, (quoted) => (/[\d\s]|.{42}/.test(quoted) ? '"#"' : quoted))
  const shape = VARYING.reduce((text, varying) => text.replace(varying, '#'), named)
  return shape.replace(/\s+/g, ' ').trim().slice(0, LONGEST)
}
