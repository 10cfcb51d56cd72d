/** Longer texts are not compared: it takes the product of their lengths. */
const MOST_LINES = 1500

/**
 * Which lines of each side the other one has not, or has elsewhere (what is left beside the longest
 * common subsequence); null where there are too many lines.
 */
export function differingLines(
  a: readonly string[],
  b: readonly string[],
): [boolean[], boolean[]] | null {
  if (a.length > MOST_LINES || b.length > MOST_LINES) return null
  // common[i][j]: the length of the longest subsequence of what begins at i and at j.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i]
    for (let j = b.length - 1; row && j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const differs: [boolean[], boolean[]] = [a.map(() => true), b.map(() => true)]
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      differs[0][i++] = false
      differs[1][j++] = false
    } else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return differs
}
