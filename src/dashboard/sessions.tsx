import { Html } from '@elysiajs/html'
import { Elysia } from 'elysia'
import { Sessions } from '../../views/pages/sessions.tsx'
import { type Range, readRange } from '../history/range.ts'
import type { Reader } from '../history/reader.ts'
import type { DashboardDeps } from './deps.ts'
import { endOfMinute } from './minute.ts'
import { respond } from './respond.tsx'
import { readSessionsQuery, type SessionsQuery, sessionsUrl } from './sessions-query.ts'

const PAGE_SIZE = 25

/** The conversations there were, page by page. */
export function sessionsPage({ reader, revision, problem, now }: DashboardDeps) {
  return new Elysia({ name: 'sessions' }).get('/sessions', ({ request, query }) => {
    const minute = endOfMinute(now())
    const range = readRange(query, minute)
    const asked = readSessionsQuery(query)
    return respond(request, {
      title: 'Sessions',
      section: 'sessions',
      liveUrl: sessionsUrl(asked, range),
      problem: problem(),
      token: [revision(), minute],
      async content() {
        return <Sessions {...(await readSessions(reader, asked, range))} range={range} />
      },
    })
  })
}

/** The page that was asked for, or the last one there is. */
async function readSessions(reader: Reader, { order, page }: SessionsQuery, range: Range) {
  const { since, until } = range
  const read = (number: number) =>
    reader.sessions({ since, until, order, limit: PAGE_SIZE, offset: (number - 1) * PAGE_SIZE })
  const found = await read(page)
  const pages = Math.max(1, Math.ceil(found.total / PAGE_SIZE))
  const at = Math.min(page, pages)
  return { ...(at === page ? found : await read(at)), query: { order, page: at }, pages }
}
