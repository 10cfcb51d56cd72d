import { Html } from '@elysiajs/html'
import {
  arrivalsUrl,
  exportUrl,
  filterOf,
  queryParameters,
  type TableQuery,
  withoutTime,
} from '../../src/dashboard/query.ts'
import type { TablePage } from '../../src/dashboard/table.ts'
import type { Histogram as Counts, Facets as FacetValues, Span } from '../../src/history/answers.ts'
import type { RangeName } from '../../src/history/range.ts'
import { Facets } from '../components/facets.tsx'
import { FilterChips } from '../components/filter-chips.tsx'
import { FilterForm } from '../components/filter-form.tsx'
import { Histogram } from '../components/histogram.tsx'
import { Pagination } from '../components/pagination.tsx'
import { RangePicker } from '../components/range-picker.tsx'
import { RequestTable } from '../components/request-table.tsx'
import { formatClock, formatCount } from '../format.ts'
import { IN_PLACE, KEEP_LINKS } from '../in-place.ts'

interface RequestsProps {
  query: TableQuery
  page: TablePage
  facets: FacetValues
  /** Null where no request can be. */
  histogram: (Counts & Span) | null
  /** When the oldest request of all arrived, Unix ms; null while there is none. */
  oldest: number | null
  /** What "now" is to the filter: Unix ms, whole minutes, so that the page stays the same in between. */
  minute: number
  /** When this was read, Unix ms. */
  made: number
}

export function Requests(props: RequestsProps): JSX.Element {
  const { query, page, facets, histogram, oldest, minute, made } = props
  if (oldest === null) {
    return (
      <>
        <h1>Requests</h1>
        <p class="empty">
          No request has been recorded yet. The <a href="/">overview</a> says how to send one.
        </p>
      </>
    )
  }
  return (
    <div class="requests" {...IN_PLACE}>
      <div class="page-head">
        <div class="title">
          <h1>Requests</h1>
          <Total page={page} />
        </div>
        <RangePicker
          range={rangeOf(query, oldest, minute)}
          path="/requests"
          query={queryParameters({ ...withoutTime(query), place: null })}
          all={isOfAllTime(query)}
        />
      </div>
      {histogram === null ? '' : <Histogram counts={histogram} query={query} />}
      <search class="narrowing">
        <FilterForm query={query} />
        <Facets query={query} facets={facets} />
        <FilterChips query={query} />
      </search>
      <div id="list" class="list" data-is-newest={String(page.newer === null)} {...KEEP_LINKS}>
        <div
          id="arrivals"
          hx-get={Html.escapeHtml(arrivalsUrl(query, page.total, minute))}
          hx-trigger="count"
          hx-swap="innerMorph"
          hx-sync="this:drop"
        ></div>
        {page.requests.length > 0 ? (
          <RequestTable
            caption="Requests, newest first"
            requests={page.requests}
            narrowed={query.narrowed}
          />
        ) : (
          <p class="empty">
            No request is like that. <a href="/requests">Show all of them</a>
          </p>
        )}
      </div>
      <Pagination query={query} page={page} />
      <p class="exports quiet">
        Save these as{' '}
        <a
          href={Html.escapeHtml(exportUrl(query, 'csv', { now: minute, made }))}
          download="requests.csv"
        >
          CSV
        </a>{' '}
        or{' '}
        <a
          href={Html.escapeHtml(exportUrl(query, 'jsonl', { now: minute, made }))}
          download="requests.jsonl"
        >
          JSONL
        </a>
      </p>
    </div>
  )
}

/** The one line that is read out when it changes. */
function Total({ page: { total, counted_since: since } }: Pick<RequestsProps, 'page'>) {
  const count = `${formatCount(total)} request${total === 1 ? '' : 's'}`
  return (
    <p id="total" class="quiet" aria-live="polite" safe>
      {since === null ? count : `at least ${count}, counted since ${formatClock(since)}`}
    </p>
  )
}

function isOfAllTime({ narrowed: { range, since, until } }: TableQuery): boolean {
  return range === undefined && since === undefined && until === undefined
}

/** What the range picker begins with. */
function rangeOf(query: TableQuery, oldest: number, minute: number) {
  const { since = oldest, until = minute } = filterOf(query, minute)
  return { name: (query.narrowed.range ?? null) as RangeName | null, since, until, query: {} }
}
