import { Html } from '@elysiajs/html'
import type { TargetState } from '../../src/routing/states.ts'
import { TargetBadge } from './badge.tsx'
import { Model, Region } from './model.tsx'
import { Countdown } from './moment.tsx'
import { Scroller } from './scroller.tsx'

/** The targets at a glance, in the order they are asked. */
export function TargetStrip({ targets }: { targets: TargetState[] }): JSX.Element {
  return (
    <ul class="targets">
      {targets.map((target) => (
        <li id={targetElementId(target)} class="target">
          <div class="line">
            <span>
              <strong safe>{target.provider}</strong>
              <Region name={target.region} />
            </span>
            <TargetBadge state={target.state} />
          </div>
          <Model name={target.model} region={null} />
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

export function TargetTable({ targets }: { targets: TargetState[] }): JSX.Element {
  return (
    <Scroller id="target-table" label="Targets">
      <table>
        <caption class="visually-hidden">Targets in the order they are asked</caption>
        <thead>
          <tr>
            <th scope="col">Provider</th>
            <th scope="col">Model</th>
            <th scope="col">State</th>
            <th scope="col">Next try</th>
            <th scope="col" class="number">
              In flight
            </th>
            <th scope="col" class="number">
              Last minute
            </th>
            <th scope="col" class="number">
              Limit a minute
            </th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
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
      <th scope="row" safe>
        {target.provider}
      </th>
      <td>
        <Model name={target.model} region={target.region} />
      </td>
      <td>
        <TargetBadge state={target.state} />
      </td>
      <td>{target.until === null ? '' : <Countdown until={target.until} />}</td>
      <td class="number">{target.in_flight}</td>
      <td class="number">{target.requests_last_minute}</td>
      <td class="number">{target.rpm ?? 'none set'}</td>
      <td class="reason" safe>
        {target.reason ?? ''}
      </td>
    </tr>
  )
}

function targetElementId(target: TargetState): string {
  return Html.escapeHtml(`target-${target.id}`)
}

function describeLoad(target: TargetState): string {
  const used =
    target.rpm === null
      ? `${target.requests_last_minute} a minute`
      : `${target.requests_last_minute} of ${target.rpm} a minute`
  return target.in_flight === 0 ? used : `${used}, ${target.in_flight} in flight`
}
