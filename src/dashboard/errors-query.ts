import type { ErrorGroup } from '../history/answers.ts'
import type { Range } from '../history/range.ts'

/** Which errors the page is asked for; null where it does not matter. */
export interface ErrorsQuery {
  /** An outcome, as ErrorGroup has it. */
  kind: string | null
  provider: string | null
}

/** Reads what an address says beside the range; any text may be the name of a provider. */
export function readErrorsQuery(query: Record<string, unknown>): ErrorsQuery {
  return { kind: readText(query.kind), provider: readText(query.provider) }
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The parameters that say the same in an address, beside those of the range. */
export function errorsParameters({ kind, provider }: ErrorsQuery): Record<string, string> {
  return { ...(kind !== null && { kind }), ...(provider !== null && { provider }) }
}

/** The address of these errors. */
export function errorsUrl(query: ErrorsQuery, range: Range): string {
  const parameters = new URLSearchParams({ ...range.query, ...errorsParameters(query) })
  return parameters.size > 0 ? `/errors?${parameters}` : '/errors'
}

/** The groups a query takes, in the order they have. */
export function chosen(groups: readonly ErrorGroup[], { kind, provider }: ErrorsQuery) {
  return groups.filter(
    (group) =>
      (kind === null || group.outcome === kind) &&
      (provider === null || group.provider === provider),
  )
}
