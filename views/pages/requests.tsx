import { Html } from '@elysiajs/html'
import { exportUrl, type TableQuery } from '../../src/dashboard/query.ts'
import type { Summary } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { Figures } from '../components/figures.tsx'
import { type Choices, FilterForm } from '../components/filter-form.tsx'
import { Pagination } from '../components/pagination.tsx'
import { RequestTable } from '../components/request-table.tsx'

interface RequestsProps {
  /** Of everything the history holds. */
  summary: Summary
  requests: RequestRow[]
  query: TableQuery
  choices: Choices
  pages: number
  /** How many the query takes. */
  total: number
  /** Unix ms, whole minutes, so that the page stays the same in between. */
  minute: number
}

export function Requests(props: RequestsProps): JSX.Element {
  const { summary, requests, query, choices, pages, total, minute } = props
  return (
    <>
      <h1 class="visually-hidden">Requests</h1>
      <Figures summary={summary} period="in the history" />
      <FilterForm query={query} choices={choices} />
      {requests.length > 0 ? (
        <RequestTable caption="Requests, newest first" requests={requests} />
      ) : summary.requests > 0 ? (
        <p class="empty">
          No request is like that. <a href="/requests">Show all of them</a>
        </p>
      ) : (
        <p class="empty">
          No request has been recorded yet. The <a href="/">overview</a> says how to send one.
        </p>
      )}
      <Pagination query={query} pages={pages} total={total} />
      <p class="exports quiet">
        Save these as <a href={exportUrl(query, 'csv', minute)}>CSV</a> or{' '}
        <a href={exportUrl(query, 'jsonl', minute)}>JSONL</a>
      </p>
    </>
  )
}
