import { Html } from '@elysiajs/html'
import { type SessionsQuery, sessionsUrl } from '../../src/dashboard/sessions-query.ts'
import type { SessionOrder, SessionSummary } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { formatCost, formatCount, formatDuration, formatRate, formatTokens } from '../format.ts'
import { describeCost } from '../spent.ts'
import { Choices } from './choices.tsx'
import { Moment } from './moment.tsx'
import { Scroller } from './scroller.tsx'

interface Column {
  label: string
  /** By which the list can be ordered, the largest first. */
  order?: SessionOrder
  isNumber?: true
}

const LAST = { label: 'Last active', order: 'last_seen' } as const
const DURATION = { label: 'Duration', isNumber: true } as const
const TURNS = { label: 'Turns', isNumber: true } as const
const REQUESTS = { label: 'Requests', order: 'requests', isNumber: true } as const
const TOKENS = { label: 'Tokens', order: 'total_tokens', isNumber: true } as const
const CACHE = { label: 'From cache', isNumber: true } as const
const COST = { label: 'Cost', order: 'cost_usd', isNumber: true } as const
const FALLBACKS = { label: 'Fallbacks', isNumber: true } as const
const FAILED = { label: 'Failed', isNumber: true } as const
const BUSTS = { label: 'Cache busts', isNumber: true } as const
const COLUMNS: readonly Column[] = [
  { label: 'Session' },
  LAST,
  DURATION,
  TURNS,
  REQUESTS,
  TOKENS,
  CACHE,
  COST,
  FALLBACKS,
  FAILED,
  BUSTS,
]

interface SessionTableProps {
  sessions: readonly SessionSummary[]
  query: SessionsQuery
  range: Range
}

/** The orders stand in the heads of the columns, and where those are folded, above the rows. */
export function SessionTable({ sessions, query, range }: SessionTableProps): JSX.Element {
  return (
    <>
      <div class="order-bar">
        <Choices
          label="Order"
          choices={COLUMNS.flatMap(({ label, order }) =>
            order === undefined
              ? []
              : [
                  {
                    label,
                    href: sessionsUrl({ order, page: 1 }, range),
                    isChosen: order === query.order,
                  },
                ],
          )}
        />
      </div>
      <Scroller id="session-table" label="Sessions">
        <table class="folding">
          <caption class="visually-hidden">Sessions</caption>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Head column={column} query={query} range={range} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <SessionRow session={session} />
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  )
}

function Head({ column, query, range }: Omit<SessionTableProps, 'sessions'> & { column: Column }) {
  const { label, order, isNumber } = column
  const kind = isNumber ? 'number' : undefined
  if (order === undefined) {
    return (
      <th scope="col" class={kind} safe>
        {label}
      </th>
    )
  }
  return (
    <th scope="col" class={kind} aria-sort={order === query.order ? 'descending' : undefined}>
      <a href={Html.escapeHtml(sessionsUrl({ order, page: 1 }, range))} safe>
        {label}
      </a>
    </th>
  )
}

function SessionRow({ session }: { session: SessionSummary }): JSX.Element {
  const { session_id: id, first_seen, last_seen, cache_busts, cache_lost_usd } = session
  return (
    <tr id={Html.escapeHtml(`session-${id}`)}>
      <th scope="row">
        <SessionLink id={id} />
      </th>
      <td data-label={LAST.label}>
        <Moment time={last_seen} />
      </td>
      <td class="number" data-label={DURATION.label} safe>
        {formatDuration(last_seen - first_seen)}
      </td>
      <td class="number" data-label={TURNS.label} safe>
        {formatCount(session.turns)}
      </td>
      <td class="number" data-label={REQUESTS.label} safe>
        {formatCount(session.requests)}
      </td>
      <td class="number" data-label={TOKENS.label} safe>
        {formatTokens(session.total_tokens)}
      </td>
      <td class="number" data-label={CACHE.label} safe>
        {formatRate(session.cache_hit_share)}
      </td>
      <td class="number" data-label={COST.label} title={describeCost(session) || undefined} safe>
        {formatCost(session.cost_usd)}
      </td>
      <Counted label={FALLBACKS.label} count={session.fallbacks} tone="warn" />
      <Counted label={FAILED.label} count={session.failed} tone="bad" />
      <Counted label={BUSTS.label} count={cache_busts} tone="warn">
        {cache_lost_usd > 0 ? formatCost(cache_lost_usd) : ''}
      </Counted>
    </tr>
  )
}

/** To the page of a session; ids are long, and whatever a client sends. */
function SessionLink({ id }: { id: string }): JSX.Element {
  return (
    <a
      class="session-id"
      href={`/sessions/${encodeURIComponent(id)}`}
      title={Html.escapeHtml(id)}
      safe
    >
      {id}
    </a>
  )
}

/** Something that is better not there: only then it is seen. */
function Counted({
  label,
  count,
  tone,
  children = '',
}: {
  label: string
  count: number
  tone: 'warn' | 'bad'
  children?: string
}) {
  return (
    <td class={`number ${count === 0 ? 'quiet' : `counted tone-${tone}`}`} data-label={label}>
      <span safe>{formatCount(count)}</span>
      {children === '' ? '' : <span class="quiet" safe>{` ${children}`}</span>}
    </td>
  )
}
