/** Which turns of a session its page shows. */
export interface TurnsQuery {
  /** Those of the main conversation, or those of subagents and side tasks; null for all. */
  who: 'main' | 'others' | null
  /** Only what is older, or newer, than this request. */
  before: string | null
  after: string | null
}

/** Reads an address; what makes no sense there counts as absent. */
export function readTurnsQuery({ who, before, after }: Record<string, unknown>): TurnsQuery {
  return {
    who: who === 'main' || who === 'others' ? who : null,
    before: readId(before),
    after: readId(after),
  }
}

function readId(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The address of these turns of a session, whose id may be any text. */
export function sessionUrl(id: string, { who, before, after }: Partial<TurnsQuery> = {}): string {
  const parameters = new URLSearchParams({
    ...(who && { who }),
    ...(before && { before }),
    ...(after && { after }),
  })
  const path = `/sessions/${encodeURIComponent(id)}`
  return parameters.size > 0 ? `${path}?${parameters}` : path
}
