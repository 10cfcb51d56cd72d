import { Html } from '@elysiajs/html'
import type { RequestRow as Row } from '../../src/history/schema.ts'
import { formatCount, formatDuration, formatTokens, NONE } from '../format.ts'
import { RequestBadge } from './badge.tsx'
import { Icon } from './icon.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'
import { RequestId } from './request-id.tsx'
import { Scroller } from './scroller.tsx'

/** `caption` names the table to those who cannot see where it stands. */
export function RequestTable({ caption, requests }: { caption: string; requests: Row[] }) {
  return (
    <Scroller id="request-table" label={caption}>
      <table>
        <caption class="visually-hidden" safe>
          {caption}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col">Stream</th>
            <th scope="col" class="number">
              Tokens
            </th>
            <th scope="col">Requested model</th>
            <th scope="col">Provider</th>
            <th scope="col">Routed to</th>
            <th scope="col" class="number">
              Tries
            </th>
            <th scope="col" class="number">
              First event
            </th>
            <th scope="col" class="number">
              Duration
            </th>
            <th scope="col">Error</th>
          </tr>
        </thead>
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
