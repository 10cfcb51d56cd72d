import { Html, type PropsWithChildren } from '@elysiajs/html'
import type { TargetView } from '../../src/dashboard/target-history.ts'
import { Pulse } from '../charts/pulse.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatCount, formatDuration, formatRate, formatTokens, NONE } from '../format.ts'
import { describeSource, describeUse, type Limit, limitOf } from '../limit.ts'

/** What a target has to do now, what it takes, and how it did in the last 24 hours. */
export function TargetFigures({ view: { state, history } }: { view: TargetView }): JSX.Element {
  return (
    <dl class="target-figures">
      <Usage
        label="Requests, last minute"
        used={state.requests_last_minute}
        limit={limitOf(state.rpm, state.learned_rpm)}
        format={formatCount}
      />
      <Usage
        label="Tokens, last minute"
        used={state.tokens_last_minute}
        limit={limitOf(state.tpm, state.learned_tpm)}
        format={formatTokens}
      />
      <Usage
        label="In flight"
        used={state.in_flight}
        limit={limitOf(state.max_concurrent, null)}
        format={formatCount}
      />
      <Attempts history={history} />
      <FirstEvent ms={state.first_event_ms} history={history} />
    </dl>
  )
}

interface UsageProps {
  label: string
  used: number
  limit: Limit | null
  format: (count: number) => string
}

function Usage({ label, used, limit, format }: UsageProps): JSX.Element {
  return (
    <Cell label={label} value={describeUse(used, limit, format)} note={describeSource(limit)}>
      {limit ? <Meter share={limit.value > 0 ? Math.min(used / limit.value, 1) : 1} /> : ''}
    </Cell>
  )
}

function Attempts({ history }: Pick<TargetView, 'history'>): JSX.Element {
  const label = 'Attempts, 24 h'
  if (!history) return <Cell label={label} value={NONE} note="not asked" />
  const { attempts, succeeded, attempts_over_time, succeeded_over_time } = history
  const rate = formatRate(attempts === 0 ? null : succeeded / attempts)
  return (
    <Cell label={label} value={rate} note={`of ${formatCount(attempts)} answered`}>
      <Pulse
        totals={attempts_over_time}
        good={succeeded_over_time}
        label={`${formatCount(attempts)} attempt${attempts === 1 ? '' : 's'} in 24 hours, ${rate} of them answered`}
      />
    </Cell>
  )
}

function FirstEvent({ ms, history }: Pick<TargetView, 'history'> & { ms: number | null }) {
  const values = history?.first_event_over_time ?? []
  const known = values.filter((value) => value !== null)
  const range = known.length === 0 ? '' : describeRange(known)
  return (
    <Cell
      label="First event"
      value={formatDuration(ms)}
      note={range || (ms === null ? 'not known yet' : 'usually')}
    >
      {known.length === 0 ? (
        ''
      ) : (
        <Sparkline values={values} label={`Until the first event: ${range}`} tone="kind-1" />
      )}
    </Cell>
  )
}

function describeRange(times: readonly number[]): string {
  const least = formatDuration(Math.min(...times))
  const most = formatDuration(Math.max(...times))
  return least === most ? `${least} in 24 h` : `${least} to ${most} in 24 h`
}

type CellProps = PropsWithChildren<{ label: string; value: string; note: string }>

function Cell({ label, value, note, children }: CellProps): JSX.Element {
  return (
    <div>
      <dt safe>{label}</dt>
      <dd class="value" safe>
        {value}
      </dd>
      <dd class="picture">{children}</dd>
      <dd class="note" safe>
        {note}
      </dd>
    </div>
  )
}

/** Takes 0 to 1; says nothing that is not written beside it. */
function Meter({ share }: { share: number }): JSX.Element {
  return (
    <svg
      class={`bar tone-${share === 1 ? 'warn' : 'calm'}`}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" x="0" y="0" width="100" height="10" />
      <rect class="flow" x="0" y="0" width={Math.round(share * 100)} height="10" />
    </svg>
  )
}
