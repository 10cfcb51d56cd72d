/** The request next to which the rows of a page stand; null at the newest. */
export type Place = { before: string } | { after: string } | null

/** Reads `before` or `after` of an address; what is no id counts as absent. */
export function readPlace({ before, after }: Record<string, unknown>): Place {
  if (isId(before)) return { before }
  return isId(after) ? { after } : null
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
