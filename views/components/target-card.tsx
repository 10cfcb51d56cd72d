import { Html } from '@elysiajs/html'
import type { TargetView } from '../../src/dashboard/target-history.ts'
import { TargetActions } from './actions.tsx'
import { TargetBadge } from './badge.tsx'
import { Model } from './model.tsx'
import { Countdown } from './moment.tsx'
import { targetElementId } from './target.tsx'
import { TargetFigures } from './target-figures.tsx'
import { TargetNotes } from './target-notes.tsx'

/** All there is to know about one target, and what can be done about it. */
export function TargetCard({ view }: { view: TargetView }): JSX.Element {
  const { state } = view
  return (
    <li id={targetElementId(state)} class="target-card">
      <div class="head">
        <h3>
          <Model name={state.model} region={state.region} />
        </h3>
        <div class="state">
          <TargetBadge state={state.state} />
          {state.until === null ? '' : <Countdown until={state.until} />}
        </div>
        <TargetActions target={state} />
      </div>
      {state.reason === null ? (
        ''
      ) : (
        <p class="reason" safe>
          {state.reason}
        </p>
      )}
      <TargetFigures view={view} />
      <TargetNotes view={view} />
    </li>
  )
}
