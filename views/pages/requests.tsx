import { Html } from '@elysiajs/html'
import type { Paging } from '../../src/dashboard/query.ts'
import type { Summary } from '../../src/history/history.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { Figures } from '../components/figures.tsx'
import { Pagination } from '../components/pagination.tsx'
import { RequestTable } from '../components/request-table.tsx'

interface RequestsProps {
  /** Of everything the table holds. */
  summary: Summary
  requests: RequestRow[]
  paging: Paging
  pages: number
}

export function Requests({ summary, requests, paging, pages }: RequestsProps): JSX.Element {
  return (
    <>
      <h1 class="visually-hidden">Requests</h1>
      <Figures summary={summary} period="in the history" />
      {requests.length === 0 ? (
        <p class="empty">
          No request has been recorded yet. The <a href="/">overview</a> says how to send one.
        </p>
      ) : (
        <RequestTable caption="Requests, newest first" requests={requests} />
      )}
      <Pagination paging={paging} pages={pages} total={summary.requests} />
    </>
  )
}
