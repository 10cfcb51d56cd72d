/** One request in a window. */
export interface Entry {
  /** Unix ms. */
  readonly at: number
  tokens: number
}

/** What happened in the time that just passed. Its figures cost the same however much that was. */
export interface Window {
  readonly count: number
  readonly tokens: number
  /** Oldest first; read it, do not change it. */
  readonly entries: readonly Entry[]
  add(entry: Entry): void
  remove(entry: Entry): void
  /** Its tokens are about to change by this much. */
  correct(entry: Entry, by: number): void
}

/** A window over the last `ms`. */
export function createWindow(ms: number, now: () => number): Window {
  let entries: Entry[] = []
  /** Those before it have passed out; they are let go of in bulk. */
  let first = 0
  let tokens = 0

  function passOn() {
    const since = now() - ms
    for (let entry = entries[first]; entry && entry.at <= since; entry = entries[first]) {
      tokens -= entry.tokens
      first++
    }
    if (first * 2 <= entries.length) return
    entries = entries.slice(first)
    first = 0
  }

  /** Where it is, looked for from the end; -1 once it has passed out. */
  function indexOf(entry: Entry): number {
    const index = entries.lastIndexOf(entry)
    return index < first ? -1 : index
  }

  return {
    get count() {
      passOn()
      return entries.length - first
    },
    get tokens() {
      passOn()
      return tokens
    },
    get entries() {
      passOn()
      return first === 0 ? entries : entries.slice(first)
    },
    add(entry) {
      entries.push(entry)
      tokens += entry.tokens
    },
    remove(entry) {
      const index = indexOf(entry)
      if (index === -1) return
      entries.splice(index, 1)
      tokens -= entry.tokens
    },
    correct(entry, by) {
      if (indexOf(entry) !== -1) tokens += by
    },
  }
}
