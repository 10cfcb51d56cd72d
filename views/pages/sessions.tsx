import { Html } from '@elysiajs/html'
import {
  type SessionsQuery,
  sessionsParameters,
  sessionsUrl,
} from '../../src/dashboard/sessions-query.ts'
import type { SessionSummary } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { RangePicker } from '../components/range-picker.tsx'
import { SessionTable } from '../components/session-table.tsx'
import { Steps } from '../components/steps.tsx'
import { formatCount } from '../format.ts'

interface SessionsProps {
  sessions: readonly SessionSummary[]
  /** How many there are, on this page and elsewhere. */
  total: number
  query: SessionsQuery
  pages: number
  range: Range
}

export function Sessions({ sessions, total, query, pages, range }: SessionsProps): JSX.Element {
  const to = (page: number) => sessionsUrl({ ...query, page }, range)
  return (
    <>
      <header class="page-head">
        <h1>Sessions</h1>
        <RangePicker range={range} path="/sessions" query={sessionsParameters(query)} />
      </header>
      {total === 0 ? (
        <div class="empty">
          <p>
            No session was active in this time. Claude Code names its session with every request;
            other clients need not.
          </p>
          <p>
            <a href="/requests">Show all requests</a>
          </p>
        </div>
      ) : (
        <>
          <SessionTable sessions={sessions} query={query} range={range} />
          <Steps
            position={`Page ${formatCount(query.page)} of ${formatCount(pages)}, ${formatCount(total)} session${total === 1 ? '' : 's'}`}
            previous={{ label: 'Previous', href: query.page > 1 ? to(query.page - 1) : null }}
            next={{ label: 'Next', href: query.page < pages ? to(query.page + 1) : null }}
          />
        </>
      )}
    </>
  )
}
