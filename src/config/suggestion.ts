/** The candidate that was probably meant, or null when none comes close. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = Math.floor(word.length / 3) + 1
  for (const candidate of candidates) {
    if (Math.abs(word.length - candidate.length) > bestDistance) continue
    const distance = editDistance(plain(word), plain(candidate))
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `did you mean "…"?`, else a list of what there is. */
export function remedyFor(word: string, candidates: readonly string[], what: string): string {
  const meant = suggest(word, candidates)
  return meant === null ? `${what}: ${candidates.join(', ')}` : `did you mean "${meant}"?`
}

/** `apiKey`, `api-key` and `api_key` are the same mistake away from each other: none. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '')
}

/** Optimal string alignment: two letters that changed places count once. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      )
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] && column > 1 && row > 1) {
        cost = Math.min(cost, at(before, column - 2) + 1)
      }
      current.push(cost)
    }
    before = previous
    previous = current
  }
  return at(previous, b.length)
}

function at(row: number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
