import { Html } from '@elysiajs/html'
import type { TableQuery } from '../../src/dashboard/query.ts'
import type { RequestRow as Row } from '../../src/history/schema.ts'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { RequestRow } from './request-row.tsx'
import { Scroller } from './scroller.tsx'

const COLUMNS: readonly Column[] = [
  'Time',
  'Request',
  'Outcome',
  'Stream',
  'Requested model',
  'Provider',
  'Routed to',
  { label: 'Tries', class: 'number' },
  { label: 'Tokens', class: 'number' },
  { label: 'From cache', class: 'number' },
  { label: 'Cost', class: 'number' },
  { label: 'First event', class: 'number' },
  { label: 'Duration', class: 'number' },
  { label: 'Session', class: 'session' },
  'Error',
]

interface RequestTableProps extends Partial<Pick<TableQuery, 'narrowed'>> {
  /** Names the table to those who cannot see where it stands. */
  caption: string
  requests: Row[]
}

/** `narrowed`: what the requests have in common, which their own pages go on with. */
export function RequestTable({ caption, requests, narrowed = {} }: RequestTableProps) {
  return (
    <Scroller id="request-table" label={caption}>
      <table class="folding">
        <caption class="visually-hidden" safe>
          {caption}
        </caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {requests.map((request) => (
            <RequestRow request={request} narrowed={narrowed} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
