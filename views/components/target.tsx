import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'
import { formatCount } from '../format.ts'
import { describeUse, limitOf } from '../limit.ts'
import { TargetBadge } from './badge.tsx'
import { Model } from './model.tsx'
import { Countdown } from './moment.tsx'

/** The targets at a glance, in the order they are asked. */
export function TargetStrip({ targets }: { targets: TargetState[] }): JSX.Element {
  return (
    <ul class="targets">
      {targets.map((target) => (
        <li id={targetElementId(target)} class="target">
          <div class="line">
            <strong safe>{target.provider}</strong>
            <TargetBadge state={target.state} />
          </div>
          <Model name={target.model} region={target.region} />
          <div class="line quiet">
            <span class="note" title={Html.escapeHtml(target.reason ?? '')} safe>
              {target.reason ?? describeLoad(target)}
            </span>
            {target.until === null ? '' : <Countdown until={target.until} />}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Where it stands on a page. */
export function targetElementId(target: TargetState): string {
  return Html.escapeHtml(`target-${target.id}`)
}

function describeLoad(target: TargetState): string {
  const limit = limitOf(target.rpm, target.learned_rpm)
  const used = `${describeUse(target.requests_last_minute, limit, formatCount)} a minute`
  return target.in_flight === 0 ? used : `${used}, ${target.in_flight} in flight`
}
