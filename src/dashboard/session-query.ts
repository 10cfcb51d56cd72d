import { type Place, readPlace } from './place.ts'

/** Which turns of a session its page shows. */
export interface TurnsQuery {
  /** Those of the main conversation, or those of subagents and side tasks; null for all. */
  who: 'main' | 'others' | null
  place: Place
}

/** Reads an address; what makes no sense there counts as absent. */
export function readTurnsQuery(query: Record<string, unknown>): TurnsQuery {
  const { who } = query
  return { who: who === 'main' || who === 'others' ? who : null, place: readPlace(query) }
}

/** The address of these turns of a session, whose id may be any text. */
export function sessionUrl(id: string, { who, place }: Partial<TurnsQuery> = {}): string {
  const parameters = new URLSearchParams({ ...(who && { who }), ...place })
  const path = `/sessions/${encodeURIComponent(id)}`
  return parameters.size > 0 ? `${path}?${parameters}` : path
}
