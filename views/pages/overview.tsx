import { Html } from '@elysiajs/html'
import type {
  ErrorGroup,
  ModelUse,
  Series,
  SessionSummary,
  Summary,
} from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { GettingStarted } from '../components/getting-started.tsx'
import { HistoryCharts } from '../components/history-charts.tsx'
import { KeyFigures } from '../components/key-figures.tsx'
import { LastErrors } from '../components/last-errors.tsx'
import { Ledger } from '../components/ledger.tsx'
import { NoTargets } from '../components/no-targets.tsx'
import { RangePicker } from '../components/range-picker.tsx'
import { RequestTable } from '../components/request-table.tsx'
import { Section } from '../components/section.tsx'
import { TargetStrip } from '../components/target.tsx'
import { TopModels } from '../components/top-models.tsx'
import { TopSessions } from '../components/top-sessions.tsx'
import { describePrevious, describeRange, inRange } from '../range.ts'

interface OverviewProps {
  range: Range
  summary: Summary
  /** Of the stretch of the same length before the range; null where the history begins later. */
  before: Summary | null
  series: Series
  models: ModelUse[]
  sessions: SessionSummary[]
  errors: ErrorGroup[]
  /** Whatever the range. */
  latest: RequestRow[]
  targets: TargetState[]
  host: string
}

export function Overview(props: OverviewProps): JSX.Element {
  const { range, summary, before, series, models, sessions, errors, latest, targets, host } = props
  const providers = (
    <Section title="Providers" href="/providers">
      {targets.length === 0 ? <NoTargets /> : <TargetStrip targets={targets} />}
    </Section>
  )
  if (latest.length === 0) {
    return (
      <>
        <GettingStarted host={host} />
        {providers}
      </>
    )
  }
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Overview</h1>
          <p class="quiet" safe>
            {`${capitalised(describeRange(range))}${before ? `, against ${describePrevious(range)}` : ''}`}
          </p>
        </div>
        <RangePicker range={range} path="/" />
      </div>
      <KeyFigures range={range} summary={summary} before={before} />
      {providers}
      {summary.requests === 0 ? (
        <p class="empty">
          Nothing was asked in this stretch of time. The{' '}
          <a href="#latest-requests-heading">latest requests</a> stand below, whatever their age.
        </p>
      ) : (
        <>
          <HistoryCharts range={range} series={series} />
          <Section title="Reliability ledger">
            <Ledger range={range} ledger={summary.ledger} />
          </Section>
          <div class="pair">
            {models.length === 0 ? (
              ''
            ) : (
              <Section title="Top models">
                <TopModels range={range} models={models} summary={summary} />
              </Section>
            )}
            {sessions.length === 0 ? (
              ''
            ) : (
              <Section title="Top sessions" href={inRange('/sessions', range)}>
                <TopSessions sessions={sessions} />
              </Section>
            )}
          </div>
          {errors.length === 0 ? (
            ''
          ) : (
            <Section title="Last errors" href={inRange('/errors', range)}>
              <LastErrors groups={errors} />
            </Section>
          )}
        </>
      )}
      <Section title="Latest requests" href="/requests">
        <RequestTable caption="Latest requests, newest first" requests={latest} />
      </Section>
    </>
  )
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
