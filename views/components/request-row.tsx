import { Html } from '@elysiajs/html'
import type { TableQuery } from '../../src/dashboard/query.ts'
import { cachedShareOf, contextOf } from '../../src/history/context.ts'
import type { RequestRow as Row } from '../../src/history/schema.ts'
import {
  formatCost,
  formatCount,
  formatDuration,
  formatRate,
  formatTokens,
  NONE,
} from '../format.ts'
import { RequestBadge } from './badge.tsx'
import { Icon } from './icon.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'
import { RequestId } from './request-id.tsx'

type RequestRowProps = { request: Row } & Pick<TableQuery, 'narrowed'>

/** A request in one line; addressed by the request's id wherever it stands. */
export function RequestRow({ request, narrowed }: RequestRowProps): JSX.Element {
  return (
    <tr id={Html.escapeHtml(request.id)}>
      <td class="time">
        <Moment time={request.created_at} />
      </td>
      <td class="id">
        <RequestId id={request.id} narrowed={narrowed} />
      </td>
      <td class="outcome">
        <RequestBadge state={request.state} status={request.status} />
      </td>
      <td class="stream">{request.stream ? <Icon name="stream" label="Streamed" /> : ''}</td>
      <td class="requested">
        <span class="line">
          <Model name={request.requested_model} region={null} />
          <Marks request={request} />
        </span>
      </td>
      <td class="provider" safe>
        {request.provider ?? NONE}
      </td>
      <td class="routed">
        <Model name={request.served_model} region={request.region} />
      </td>
      <td class={request.attempt_count > 1 ? 'number tries' : 'number'} data-label="Tries">
        <span>{request.attempt_count}</span>
      </td>
      <td class="number" data-label="Tokens" title={describeTokens(request)}>
        <span safe>{formatTokens(contextOf(request))}</span>
        <span class="quiet"> / </span>
        <span safe>{formatTokens(request.output_tokens)}</span>
      </td>
      <td class="number" data-label="From cache" safe>
        {formatRate(cachedShareOf(request))}
      </td>
      <td class="number" data-label="Cost" safe>
        {formatCost(request.cost_usd, request.usage_estimated)}
      </td>
      <td class="number" data-label="First event" safe>
        {formatDuration(request.first_event_ms)}
      </td>
      <td class="number" data-label="Duration" safe>
        {formatDuration(request.duration_ms)}
      </td>
      <td class="session">
        {request.session_id === null ? '' : <Session id={request.session_id} />}
      </td>
      <td class="error" title={Html.escapeHtml(request.error ?? '')} safe>
        {request.error ?? ''}
      </td>
    </tr>
  )
}

/** What sets a request apart from a turn that somebody is waiting for. */
function Marks({ request }: { request: Row }): JSX.Element {
  return (
    <>
      {request.replay_of === null ? '' : <span class="tag">replay</span>}
      {request.is_background ? (
        <span class="tag">{request.agent === null ? 'background' : 'subagent'}</span>
      ) : (
        ''
      )}
    </>
  )
}

function Session({ id }: { id: string }): JSX.Element {
  return (
    <a
      class="session-id"
      href={Html.escapeHtml(`/sessions/${encodeURIComponent(id)}`)}
      title={Html.escapeHtml(id)}
      safe
    >
      {id.slice(0, 8)}
    </a>
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
