import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'
import type { AttemptRow } from '../../src/history/schema.ts'
import { formatDuration } from '../format.ts'
import { OutcomeBadge } from './badge.tsx'
import { Model } from './model.tsx'
import { Scroller } from './scroller.tsx'
import { place, Stretch, StretchLegend, type TimeAxis } from './stretch.tsx'

const TIMES = [
  { label: 'Start', of: 'started_ms' },
  { label: 'Headers', of: 'headers_ms' },
  { label: 'First event', of: 'first_event_ms' },
  { label: 'Duration', of: 'duration_ms' },
] as const

/** What stands beside the number of an attempt. */
const COLUMNS = TIMES.length + 3

/** Every place that was asked, in order, each with its stretch of the request's `total` ms. */
export function Waterfall({ attempts, total }: { attempts: AttemptRow[]; total: number }) {
  const span = Math.max(total, 1, ...attempts.map((each) => each.started_ms + each.duration_ms))
  const axis: TimeAxis = { span, ticks: scaleLinear().domain([0, span]).ticks(4).slice(1) }
  return (
    <>
      <Scroller id="attempts" label="Attempts in order">
        <table class="waterfall folding">
          <caption class="visually-hidden">Attempts in order</caption>
          <thead>
            <tr>
              <th scope="col" class="number position">
                #
              </th>
              <th scope="col">Target and why it was asked</th>
              <th scope="col">Outcome</th>
              {TIMES.map(({ label }) => (
                <th scope="col" class="number">
                  {label}
                </th>
              ))}
              <th scope="col" class="timeline">
                <span class="visually-hidden">Timeline</span>
                <Scale axis={axis} />
              </th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt, index) => (
              <Attempt attempt={attempt} position={index + 1} axis={axis} />
            ))}
          </tbody>
        </table>
      </Scroller>
      <StretchLegend />
    </>
  )
}

function Scale({ axis }: { axis: TimeAxis }): JSX.Element {
  return (
    <svg class="scale" aria-hidden="true">
      <text x="0" y="75%">
        0
      </text>
      {axis.ticks.map((tick) => (
        <text
          x={place(tick, axis)}
          y="75%"
          text-anchor={tick > axis.span * 0.94 ? 'end' : 'middle'}
          safe
        >
          {formatDuration(tick)}
        </text>
      ))}
    </svg>
  )
}

interface AttemptProps {
  attempt: AttemptRow
  position: number
  axis: TimeAxis
}

function Attempt({ attempt, position, axis }: AttemptProps): JSX.Element {
  const isExplained = attempt.error !== null || attempt.retry_after_ms !== null
  return (
    <>
      <tr class={isExplained ? 'explained' : undefined}>
        <td class="number position">{position}</td>
        <th scope="row">
          <span class="place">
            <span safe>{attempt.provider}</span>
            <Model name={attempt.model} region={attempt.region} />
          </span>
          {attempt.reason === null ? (
            ''
          ) : (
            <span class="why" safe>
              {attempt.reason}
            </span>
          )}
          {attempt.wait_ms === 0 ? (
            ''
          ) : (
            <span class="why" safe>
              {`after a wait of ${formatDuration(attempt.wait_ms)}`}
            </span>
          )}
        </th>
        <td>
          <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
        </td>
        {TIMES.map(({ label, of }) => (
          <td class="number" data-label={label} safe>
            {formatDuration(attempt[of])}
          </td>
        ))}
        <td class="timeline">
          <Stretch attempt={attempt} axis={axis} />
        </td>
      </tr>
      {isExplained ? <Explanation attempt={attempt} /> : ''}
    </>
  )
}

function Explanation({ attempt: { error, retry_after_ms } }: { attempt: AttemptRow }) {
  return (
    <tr class="explanation">
      <td class="position"></td>
      <td colspan={COLUMNS}>
        {error === null ? '' : <samp safe>{error}</samp>}
        {retry_after_ms === null ? (
          ''
        ) : (
          <p class="retry-after" safe>
            {`It asked to be left alone for ${formatDuration(retry_after_ms)}.`}
          </p>
        )}
      </td>
    </tr>
  )
}
