import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { SessionDetail } from '../../views/pages/session.tsx'
import { ProxyError } from '../errors.ts'
import type { Filter } from '../history/filter.ts'
import type { Reader } from '../history/reader.ts'
import type { RequestRow } from '../history/schema.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { respond, respondError } from './respond.tsx'
import { readTurnsQuery, sessionUrl, type TurnsQuery } from './session-query.ts'

const PAGE_SIZE = 50
/** How far back the chart and the detective look. */
const RECENT = 500

/** One conversation, turn by turn. */
export function sessionPage({ reader, revision, problem, now }: DashboardDeps) {
  return new Elysia({ name: 'session' }).get(
    '/sessions/:id',
    async ({ request, params: { id }, query }) => {
      const asked = readTurnsQuery(query)
      const session = await reader.session(id)
      if (!session) {
        const message = `There is no session ${id} in the history.`
        return respondError(request, new ProxyError('not_found_error', message))
      }
      return respond(request, {
        title: `Session ${id}`,
        section: 'sessions',
        liveUrl: sessionUrl(id, asked),
        problem: problem(),
        token: [revision(), endOfMinute(now())],
        async content() {
          const [recent, turns] = await Promise.all([
            reader.rows({ limit: RECENT, filter: { session_id: id } }),
            readTurns(reader, id, asked),
          ])
          return <SessionDetail session={session} recent={recent} turns={turns} who={asked.who} />
        },
      })
    },
  )
}

/** Some turns of a session, the newest first, and the requests from which newer and older ones go on. */
export interface Turns {
  turns: RequestRow[]
  total: number
  newerThan: string | null
  olderThan: string | null
}

/** The page that was asked for, or the newest where its place is gone, or nothing is in front of it. */
async function readTurns(reader: Reader, id: string, query: TurnsQuery): Promise<Turns> {
  const { before, after } = query
  const filter: Filter = {
    session_id: id,
    ...(query.who && { is_background: query.who === 'others' }),
  }
  const place = before !== null ? { before } : after !== null ? { after } : {}
  // One more than is shown tells whether there is more.
  const page = await reader.page({ limit: PAGE_SIZE + 1, filter, ...place })
  const isMore = page.requests.length > PAGE_SIZE
  const isNewest = before === null && after === null
  if (!isNewest && (before === null ? !isMore : page.requests.length === 0)) {
    return readTurns(reader, id, { ...query, before: null, after: null })
  }
  const turns =
    before === null && after !== null ? page.requests.slice(1) : page.requests.slice(0, PAGE_SIZE)
  return {
    turns,
    total: page.total,
    newerThan: isNewest ? null : (turns[0]?.id ?? null),
    olderThan: after === null && !isMore ? null : (turns.at(-1)?.id ?? null),
  }
}
