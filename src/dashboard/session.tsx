import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { SessionDetail } from '../../views/pages/session.tsx'
import { ProxyError } from '../errors.ts'
import type { Filter } from '../history/filter.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { respond, respondError } from './respond.tsx'
import { readTurnsQuery, sessionUrl, type TurnsQuery } from './session-query.ts'
import { readTable } from './table.ts'

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
            readTable(reader, { size: PAGE_SIZE, place: asked.place }, turnsOf(id, asked)),
          ])
          return <SessionDetail session={session} recent={recent} turns={turns} who={asked.who} />
        },
      })
    },
  )
}

function turnsOf(id: string, { who }: TurnsQuery): Filter {
  return { session_id: id, ...(who && { is_background: who === 'others' }) }
}
