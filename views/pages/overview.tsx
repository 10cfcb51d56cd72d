import { Html } from '@elysiajs/html'
import type { Summary } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import type { TargetState } from '../../src/routing/states.ts'
import { Figures } from '../components/figures.tsx'
import { GettingStarted } from '../components/getting-started.tsx'
import { NoTargets } from '../components/no-targets.tsx'
import { RequestTable } from '../components/request-table.tsx'
import { TargetStrip } from '../components/target.tsx'

interface OverviewProps {
  /** Of the last 24 hours. */
  summary: Summary
  latest: RequestRow[]
  targets: TargetState[]
  host: string
}

export function Overview({ summary, latest, targets, host }: OverviewProps): JSX.Element {
  return (
    <>
      {latest.length === 0 ? (
        <GettingStarted host={host} />
      ) : (
        <>
          <h1 class="visually-hidden">Overview</h1>
          <Figures summary={summary} period="last 24 hours" />
        </>
      )}
      <section aria-labelledby="targets-heading">
        <h2 id="targets-heading">
          <a href="/providers">Providers</a>
        </h2>
        {targets.length === 0 ? <NoTargets /> : <TargetStrip targets={targets} />}
      </section>
      {latest.length === 0 ? (
        ''
      ) : (
        <section aria-labelledby="latest-heading">
          <h2 id="latest-heading">
            <a href="/requests">Latest requests</a>
          </h2>
          <RequestTable caption="Latest requests" requests={latest} />
        </section>
      )}
    </>
  )
}
