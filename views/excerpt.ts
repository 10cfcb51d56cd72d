/** What a page shows of a text, and how many characters it leaves out. */
export interface Excerpt {
  text: string
  left: number
}

/** The most of one text, and of all of them, in characters. */
const EACH = 6_000
const ALTOGETHER = 120_000

/** Gives excerpts until a page has enough of them; whoever is asked for first has most. */
export function createExcerpts(): (text: string) => Excerpt {
  let room = ALTOGETHER
  return (text) => {
    const shown = text.slice(0, Math.min(EACH, room)).toWellFormed()
    room -= shown.length
    return { text: shown, left: text.length - shown.length }
  }
}
