import { Html } from '@elysiajs/html'
import type { RequestRow as Row } from '../../src/history/schema.ts'
import { formatCost, formatCount, formatDuration, formatTokens, NONE } from '../format.ts'
import { RequestBadge } from './badge.tsx'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Icon } from './icon.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'
import { RequestId } from './request-id.tsx'
import { Scroller } from './scroller.tsx'

const COLUMNS: readonly Column[] = [
  'Time',
  'Request',
  'Status',
  'Stream',
  { label: 'Tokens', class: 'number' },
  { label: 'Cost', class: 'number' },
  'Requested model',
  'Provider',
  'Routed to',
  { label: 'Tries', class: 'number' },
  { label: 'First event', class: 'number' },
  { label: 'Duration', class: 'number' },
  'Error',
]

/** `caption` names the table to those who cannot see where it stands. */
export function RequestTable({ caption, requests }: { caption: string; requests: Row[] }) {
  return (
    <Scroller id="request-table" label={caption}>
      <table>
        <caption class="visually-hidden" safe>
          {caption}
        </caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {requests.map((request) => (
            <RequestRow request={request} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** A request in one line; addressed by the request's id wherever it stands. */
export function RequestRow({ request }: { request: Row }): JSX.Element {
  return (
    <tr id={Html.escapeHtml(request.id)}>
      <td>
        <Moment time={request.created_at} />
      </td>
      <td>
        <RequestId id={request.id} />
      </td>
      <td>
        <RequestBadge state={request.state} status={request.status} />
      </td>
      <td>{request.stream ? <Icon name="stream" label="Streamed" /> : NONE}</td>
      <td class="number" title={describeTokens(request)}>
        <span safe>{formatTokens(request.input_tokens)}</span>
        <span class="quiet"> / </span>
        <span safe>{formatTokens(request.output_tokens)}</span>
      </td>
      <td class="number" safe>
        {formatCost(request.cost_usd, request.usage_estimated)}
      </td>
      <td>
        <Model name={request.requested_model} region={null} />
      </td>
      <td safe>{request.provider ?? NONE}</td>
      <td>
        <Model name={request.served_model} region={request.region} />
      </td>
      <td class="number">{request.attempt_count > 1 ? request.attempt_count : ''}</td>
      <td class="number" safe>
        {formatDuration(request.first_event_ms)}
      </td>
      <td class="number" safe>
        {formatDuration(request.duration_ms)}
      </td>
      <td class="error" title={Html.escapeHtml(request.error ?? '')} safe>
        {request.error ?? ''}
      </td>
    </tr>
  )
}

function describeTokens(request: Row): string {
  const counts: [number | null, string][] = [
    [request.input_tokens, 'input'],
    [request.output_tokens, 'output'],
    [request.cache_read_input_tokens, 'cache read'],
    [request.cache_creation_input_tokens, 'cache write'],
  ]
  return counts
    .map(([count, name]) => `${count === null ? NONE : formatCount(count)} ${name}`)
    .join(', ')
}
