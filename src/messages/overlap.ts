/** How far back a repetition is looked for: some paragraphs. */
const WINDOW = 2000
/** Shorter ones happen by themselves. */
const MIN_LENGTH = 12

/**
 * How many characters at the beginning of `next` have been said already: white space that was left
 * out where it was asked to go on, and, with `mayRepeat`, the last words, which models like to say
 * again. Null while more of it must be seen; it is never null once it `isWhole`.
 */
export function overlapOf(
  said: string,
  next: string,
  { mayRepeat, isWhole }: { mayRepeat: boolean; isWhole: boolean },
): number | null {
  const asked = said.trimEnd()
  const repeated = mayRepeat ? repetitionIn(asked, next, isWhole) : 0
  if (repeated === null) return null
  const space = said.slice(asked.length)
  const rest = next.slice(repeated)
  if (!isWhole && rest.length < space.length && space.startsWith(rest)) return null
  return repeated + commonPrefix(space, rest)
}

function repetitionIn(said: string, next: string, isWhole: boolean): number | null {
  const tail = said.slice(-WINDOW)
  const words = next.trimStart()
  // Who has so far said again what stands somewhere in the tail may go on to its end.
  if (!isWhole && tail.slice(0, -1).includes(words)) return null
  for (let length = Math.min(tail.length, words.length); length > 0; length--) {
    const overlap = words.slice(0, length)
    if (!tail.endsWith(overlap)) continue
    const lead = next.slice(0, next.length - words.length)
    return isRepetition(overlap, lead, said) ? lead.length + length : 0
  }
  return 0
}

/** A dozen characters, or all of the last line; words, and not a rule or brackets. */
function isRepetition(overlap: string, lead: string, said: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(overlap)) return false
  if (overlap.length >= MIN_LENGTH) return true
  // On a line of its own it may well be meant: one `end` behind another.
  const lastLine = said.slice(said.lastIndexOf('\n') + 1).trimStart()
  return overlap.length >= lastLine.length && !lead.includes('\n')
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
