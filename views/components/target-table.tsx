import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'
import { formatCount, formatDuration, formatTokens } from '../format.ts'
import { limitOf } from '../limit.ts'
import { TargetBadge } from './badge.tsx'
import { ColumnHeads } from './column-heads.tsx'
import { Model } from './model.tsx'
import { Countdown } from './moment.tsx'
import { Scroller } from './scroller.tsx'
import { targetElementId } from './target.tsx'
import { UsageCell } from './usage.tsx'

const REQUESTS = 'Requests, last minute'
const TOKENS = 'Tokens, last minute'
const IN_FLIGHT = 'In flight'
const FIRST_EVENT = 'First event'
const COLUMNS = ['Target', 'State', REQUESTS, TOKENS, IN_FLIGHT, FIRST_EVENT]

export function TargetTable({ targets }: { targets: TargetState[] }): JSX.Element {
  return (
    <Scroller id="target-table" label="Targets">
      <table class="folding">
        <caption class="visually-hidden">Targets in the order they are asked</caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {targets.map((target) => (
            <TargetRow target={target} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function TargetRow({ target }: { target: TargetState }): JSX.Element {
  return (
    <tr id={targetElementId(target)}>
      <th scope="row">
        <span safe>{target.provider}</span>
        <Model name={target.model} region={target.region} />
      </th>
      <td class="standing">
        <div class="line">
          <TargetBadge state={target.state} />
          {target.until === null ? '' : <Countdown until={target.until} />}
          {isClearable(target) ? <ClearButton id={target.id} /> : ''}
        </div>
        <p class="reason" safe>
          {target.reason ?? ''}
        </p>
        {target.unsupported.length === 0 ? '' : <Learned strips={target.unsupported} />}
      </td>
      <UsageCell
        label={REQUESTS}
        used={target.requests_last_minute}
        limit={limitOf(target.rpm, target.learned_rpm)}
        format={formatCount}
      />
      <UsageCell
        label={TOKENS}
        used={target.tokens_last_minute}
        limit={limitOf(target.tpm, target.learned_tpm)}
        format={formatTokens}
      />
      <UsageCell
        label={IN_FLIGHT}
        used={target.in_flight}
        limit={limitOf(target.max_concurrent, null)}
        format={formatCount}
      />
      <td class="usage" data-label={FIRST_EVENT}>
        <span safe>{formatDuration(target.first_event_ms)}</span>
        <span class="quiet">{target.first_event_ms === null ? 'not known yet' : 'usually'}</span>
      </td>
    </tr>
  )
}

function Learned({ strips }: { strips: readonly string[] }): JSX.Element {
  return (
    <p class="learned quiet">
      learned: does not know{' '}
      {strips.map((strip, i) => (
        <>
          {i === 0 ? '' : ', '}
          <code safe>{strip}</code>
        </>
      ))}
    </p>
  )
}

/** A provider without a key is out for as long as the configuration stays: nothing to forget. */
function isClearable({ state, until, unsupported }: TargetState): boolean {
  if (unsupported.length > 0) return true
  return state !== 'ready' && !(state === 'misconfigured' && until === null)
}

/** Works without scripts; with htmx only the content of the page is exchanged. */
function ClearButton({ id }: { id: string }): JSX.Element {
  const action = `/providers/${encodeURIComponent(id)}/clear`
  return (
    <form method="post" action={action} hx-post={action} hx-target="#live" hx-swap="innerMorph">
      <button type="submit" title="Forget this, and let the next request try it">
        Clear
        <span class="visually-hidden" safe>
          {` ${id}`}
        </span>
      </button>
    </form>
  )
}
