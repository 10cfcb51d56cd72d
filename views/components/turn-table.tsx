import { Html } from '@elysiajs/html'
import { cachedShareOf, contextOf } from '../../src/history/context.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { CAUSES, causeOf, describePlace } from '../cache-loss.ts'
import { formatCost, formatDuration, formatRate, formatTokens } from '../format.ts'
import { RequestBadge } from './badge.tsx'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Icon } from './icon.tsx'
import { Model } from './model.tsx'
import { Moment } from './moment.tsx'
import { RequestId } from './request-id.tsx'
import { Scroller } from './scroller.tsx'

const TIME = 'Time'
const REQUEST = 'Request'
const OUTCOME = 'Outcome'
const WHO = 'Who'
const CONTEXT = 'Context'
const CACHE = 'From cache'
const OUTPUT = 'Output'
const COST = 'Cost'
const DURATION = 'Duration'
const COLUMNS: readonly Column[] = [
  TIME,
  REQUEST,
  OUTCOME,
  WHO,
  'Routed to',
  { label: CONTEXT, class: 'number' },
  { label: CACHE, class: 'number' },
  { label: OUTPUT, class: 'number' },
  { label: COST, class: 'number' },
  { label: DURATION, class: 'number' },
]

/** The requests of one session. */
export function TurnTable({ turns }: { turns: readonly RequestRow[] }): JSX.Element {
  return (
    <Scroller id="turn-table" label="Turns">
      <table class="folding">
        <caption class="visually-hidden">Turns of the session, newest first</caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {turns.map((turn) => (
            <TurnRow turn={turn} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function TurnRow({ turn }: { turn: RequestRow }): JSX.Element {
  const told = describeCache(turn)
  return (
    <>
      <tr id={Html.escapeHtml(turn.id)} class={told === null ? undefined : 'explained'}>
        <td data-label={TIME}>
          <Moment time={turn.created_at} />
        </td>
        <td data-label={REQUEST}>
          <RequestId id={turn.id} />
        </td>
        <td data-label={OUTCOME}>
          <RequestBadge state={turn.state} status={turn.status} />
        </td>
        <td data-label={WHO}>
          <Asker turn={turn} />
        </td>
        <td>
          <div class="answered">
            <Model name={turn.served_model} region={turn.region} />
            {turn.attempt_count > 1 ? (
              <span class="fell-back" safe>{`try ${turn.attempt_count}`}</span>
            ) : (
              ''
            )}
          </div>
        </td>
        <td class="number" data-label={CONTEXT} safe>
          {formatTokens(contextOf(turn))}
        </td>
        <td class="number" data-label={CACHE} safe>
          {formatRate(cachedShareOf(turn))}
        </td>
        <td class="number" data-label={OUTPUT} safe>
          {formatTokens(turn.output_tokens)}
        </td>
        <td class="number" data-label={COST} safe>
          {formatCost(turn.cost_usd, turn.usage_estimated)}
        </td>
        <td class="number" data-label={DURATION} safe>
          {formatDuration(turn.duration_ms)}
        </td>
      </tr>
      {told === null ? (
        ''
      ) : (
        <tr class="explanation">
          <td></td>
          <td colspan={COLUMNS.length - 1} class={turn.cache_lost_why === null ? 'quiet' : 'lost'}>
            {turn.cache_lost_why === null ? '' : <Icon name="cross" />}
            <span safe>{told}</span>
          </td>
        </tr>
      )}
    </>
  )
}

function Asker({ turn }: { turn: RequestRow }): JSX.Element {
  if (turn.agent !== null) {
    return (
      <span class="agent" title={Html.escapeHtml(turn.agent)}>
        Subagent <span safe>{turn.agent.slice(-6)}</span>
      </span>
    )
  }
  return turn.is_background ? <span class="quiet">Side task</span> : <span>Main</span>
}

/** What became of the prompt's prefix and of its cache; null where all is as it should be. */
function describeCache(turn: RequestRow): string | null {
  const { prefix_change: change, cache_lost_tokens, cache_lost_usd } = turn
  const cause = causeOf(turn)
  const hasChanged = change !== null && change !== 'none'
  if (cause === null) {
    return hasChanged ? `The prompt changed at ${describePlace(change)}; no cache was lost.` : null
  }
  const cost = cache_lost_usd === null ? '' : `, which cost ${formatCost(cache_lost_usd)}`
  const where = turn.cache_lost_why === 'prefix' && hasChanged ? ` at ${describePlace(change)}` : ''
  return `Cache lost, ${CAUSES[cause].because}${where}: ${formatTokens(cache_lost_tokens)} tokens read anew${cost}.`
}
