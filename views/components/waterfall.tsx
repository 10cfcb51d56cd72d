import { Html } from '@elysiajs/html'
import type { AttemptRow } from '../../src/history/schema.ts'
import { formatDuration } from '../format.ts'
import { OutcomeBadge, outcomeFace } from './badge.tsx'
import { Model } from './model.tsx'
import { Scroller } from './scroller.tsx'

/** Every place that was asked, in order, each with its stretch of the request's `total` ms. */
export function Waterfall({ attempts, total }: { attempts: AttemptRow[]; total: number }) {
  const span = Math.max(total, 1, ...attempts.map((each) => each.started_ms + each.duration_ms))
  return (
    <Scroller id="attempts" label="Attempts">
      <table class="waterfall">
        <caption class="visually-hidden">Attempts in order</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              #
            </th>
            <th scope="col">Target</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">
              Start
            </th>
            <th scope="col" class="number">
              First event
            </th>
            <th scope="col" class="number">
              Duration
            </th>
            <th scope="col" class="timeline">
              Timeline
            </th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt, index) => (
            <Attempt attempt={attempt} position={index + 1} span={span} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Attempt({
  attempt,
  position,
  span,
}: {
  attempt: AttemptRow
  position: number
  span: number
}) {
  return (
    <>
      <tr class={attempt.error === null ? undefined : 'explained'}>
        <td class="number">{position}</td>
        <th scope="row">
          <span safe>{attempt.provider}</span>
          <Model name={attempt.model} region={attempt.region} />
        </th>
        <td>
          <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
        </td>
        <td class="number" safe>
          {formatDuration(attempt.started_ms)}
        </td>
        <td class="number" safe>
          {formatDuration(attempt.first_event_ms)}
        </td>
        <td class="number" safe>
          {formatDuration(attempt.duration_ms)}
        </td>
        <td>
          <Bar attempt={attempt} span={span} />
        </td>
      </tr>
      {attempt.error === null ? (
        ''
      ) : (
        <tr class="explanation">
          <td></td>
          <td colspan="6">
            <samp safe>{attempt.error}</samp>
          </td>
        </tr>
      )}
    </>
  )
}

/** Pale while nothing had come, full from the first event on. */
function Bar({ attempt, span }: { attempt: AttemptRow; span: number }): JSX.Element {
  const scale = (ms: number) => Number(((ms / span) * 100).toFixed(3))
  const wait = attempt.first_event_ms ?? attempt.duration_ms
  const label = `${formatDuration(attempt.duration_ms)} from ${formatDuration(attempt.started_ms)}`
  return (
    <svg
      class={`bar tone-${outcomeFace(attempt.outcome).tone}`}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect class="track" x="0" y="0" width="100" height="10" />
      <rect
        class="wait"
        x={scale(attempt.started_ms)}
        y="0"
        width={Math.max(scale(wait), 0.6)}
        height="10"
      />
      <rect
        class="flow"
        x={scale(attempt.started_ms + wait)}
        y="0"
        width={scale(Math.max(attempt.duration_ms - wait, 0))}
        height="10"
      />
    </svg>
  )
}
