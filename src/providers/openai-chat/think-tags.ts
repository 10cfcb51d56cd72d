const OPEN = '<think>'
const CLOSE = '</think>'

/** What a piece of text turned out to be. */
export interface Said {
  thinking: string
  text: string
}

/**
 * Takes the thoughts out of a text that begins with `<think>`, piece by piece. Only there: further on
 * the same letters are what the model talks about.
 */
export class ThinkTags {
  #where: 'before' | 'inside' | 'behind' | 'past' = 'before'
  /** What may become a tag. */
  #held = ''

  take(piece: string): Said {
    const said: Said = { thinking: '', text: '' }
    if (this.#where === 'past') return { ...said, text: piece }
    this.#held += piece
    if (this.#where === 'before') this.#look(said)
    if (this.#where === 'inside') this.#think(said)
    if (this.#where === 'behind') this.#leave(said)
    return said
  }

  /** What was still held back, where no more of this text follows. */
  end(): Said {
    const held = this.#held
    this.#held = ''
    return this.#where === 'inside' ? { thinking: held, text: '' } : { thinking: '', text: held }
  }

  #look(said: Said): void {
    const start = this.#held.trimStart()
    if (OPEN.startsWith(start)) {
      if (start === OPEN) this.#enter('')
      return
    }
    if (start.startsWith(OPEN)) this.#enter(start.slice(OPEN.length))
    else this.#pass(said)
  }

  #enter(rest: string): void {
    this.#held = rest
    this.#where = 'inside'
  }

  #think(said: Said): void {
    const at = this.#held.indexOf(CLOSE)
    const end = at < 0 ? this.#held.length - tailOf(this.#held, CLOSE) : at
    said.thinking = this.#held.slice(0, end)
    this.#held = this.#held.slice(at < 0 ? end : at + CLOSE.length)
    if (at >= 0) this.#where = 'behind'
  }

  #leave(said: Said): void {
    this.#held = this.#held.trimStart()
    if (this.#held) this.#pass(said)
  }

  #pass(said: Said): void {
    said.text = this.#held
    this.#held = ''
    this.#where = 'past'
  }
}

/** How many letters at the end of a text are the beginning of a tag. */
function tailOf(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length
  }
  return 0
}
