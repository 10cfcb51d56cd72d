import { Html, type PropsWithChildren } from '@elysiajs/html'
import type { TargetView } from '../../src/dashboard/target-history.ts'
import type { TestResult } from '../../src/routing/greeting.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { formatDuration } from '../format.ts'
import { OutcomeBadge } from './badge.tsx'
import { Moment } from './moment.tsx'

/** Who asks a target, what it is spared, what went wrong last, and how its test went. */
export function TargetNotes({ view: { state, history } }: { view: TargetView }): JSX.Element {
  const error = history?.last_error
  return (
    <dl class="target-notes">
      <Note label="Asked by">
        <Routes routes={state.routes} />
      </Note>
      {state.strip.length === 0 ? (
        ''
      ) : (
        <Note label="Left out (config)">
          <Strips strips={state.strip} />
        </Note>
      )}
      {state.unsupported.length === 0 ? (
        ''
      ) : (
        <Note label="Left out (learned)">
          <Strips strips={state.unsupported} />
        </Note>
      )}
      {error ? (
        <Note label="Last error">
          <OutcomeBadge outcome={error.outcome} status={null} />{' '}
          <a href={`/requests/${encodeURIComponent(error.request_id)}`}>
            <Moment time={error.at} />
          </a>{' '}
          <span class="said" safe>
            {error.error}
          </span>
        </Note>
      ) : (
        ''
      )}
      <TestNote test={state.test} reason={state.reason} />
    </dl>
  )
}

function Routes({ routes }: Pick<TargetState, 'routes'>): JSX.Element {
  if (routes.length === 0) return <>every request, since routing is off</>
  return (
    <>
      {routes.map(({ model, place }, i) => (
        <>
          {i === 0 ? '' : ', '}
          <span class="route">
            <strong safe>{model}</strong>{' '}
            <span class="quiet" safe>
              {ordinal(place)}
            </span>
          </span>
        </>
      ))}
    </>
  )
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st */
function ordinal(number: number): string {
  const suffix = ORDINALS[PLURALS.select(number)] ?? 'th'
  return `${number}${suffix}`
}

const PLURALS = new Intl.PluralRules('en', { type: 'ordinal' })
const ORDINALS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }

function Strips({ strips }: { strips: readonly string[] }): JSX.Element {
  return (
    <>
      {strips.map((strip, i) => (
        <>
          {i === 0 ? '' : ', '}
          <code safe>{strip}</code>
        </>
      ))}
    </>
  )
}

function TestNote({ test, reason }: Pick<TargetState, 'test' | 'reason'>): JSX.Element {
  if (test.running_since !== null) return <Note label="Test">under way</Note>
  if (test.last) return <Result result={test.last} />
  // What is missing for every request is said once.
  if (test.obstacle === null || test.obstacle === reason) return ''
  return (
    <Note label="Test">
      <span safe>{`not possible: ${test.obstacle}`}</span>
    </Note>
  )
}

function Result({ result }: { result: TestResult }): JSX.Element {
  const { outcome, at, first_event_ms, text, error, advice } = result
  const words = text === '' ? 'without a word in the few tokens it had' : `“${text}”`
  return (
    <Note label="Last test">
      <OutcomeBadge outcome={outcome} status={null} /> <Moment time={at} />{' '}
      <span class="said" safe>
        {error ?? `after ${formatDuration(first_event_ms)}: ${words}`}
      </span>
      {advice === null ? '' : <p safe>{advice}</p>}
    </Note>
  )
}

function Note({ label, children }: PropsWithChildren<{ label: string }>): JSX.Element {
  return (
    <div>
      <dt safe>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
