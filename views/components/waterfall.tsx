import { Html } from '@elysiajs/html'
import type { AttemptRow } from '../../src/history/schema.ts'
import { formatDuration } from '../format.ts'
import { OutcomeBadge } from './badge.tsx'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Model } from './model.tsx'
import { Scroller } from './scroller.tsx'
import { Stretch, StretchLegend } from './stretch.tsx'

const START = 'Start'
const FIRST_EVENT = 'First event'
const DURATION = 'Duration'
const COLUMNS: readonly Column[] = [
  { label: '#', class: 'number position' },
  'Target',
  'Why',
  'Outcome',
  { label: START, class: 'number' },
  { label: FIRST_EVENT, class: 'number' },
  { label: DURATION, class: 'number' },
  { label: 'Timeline', class: 'timeline' },
]

/** Every place that was asked, in order, each with its stretch of the request's `total` ms. */
export function Waterfall({ attempts, total }: { attempts: AttemptRow[]; total: number }) {
  const span = Math.max(total, 1, ...attempts.map((each) => each.started_ms + each.duration_ms))
  return (
    <>
      <Scroller id="attempts" label="Attempts">
        <table class="waterfall folding">
          <caption class="visually-hidden">Attempts in order</caption>
          <ColumnHeads columns={COLUMNS} />
          <tbody>
            {attempts.map((attempt, index) => (
              <Attempt attempt={attempt} position={index + 1} span={span} />
            ))}
          </tbody>
        </table>
      </Scroller>
      <StretchLegend />
    </>
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
        <td class="number position">{position}</td>
        <th scope="row">
          <span safe>{attempt.provider}</span>
          <Model name={attempt.model} region={attempt.region} />
        </th>
        <td class="why">
          {attempt.reason === null ? '' : <span safe>{attempt.reason}</span>}
          {attempt.wait_ms === 0 ? (
            ''
          ) : (
            <span class="quiet" safe>
              {`after a wait of ${formatDuration(attempt.wait_ms)}`}
            </span>
          )}
        </td>
        <td>
          <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
        </td>
        <td class="number" data-label={START} safe>
          {formatDuration(attempt.started_ms)}
        </td>
        <td class="number" data-label={FIRST_EVENT} safe>
          {formatDuration(attempt.first_event_ms)}
        </td>
        <td class="number" data-label={DURATION} safe>
          {formatDuration(attempt.duration_ms)}
        </td>
        <td>
          <Stretch attempt={attempt} span={span} />
        </td>
      </tr>
      {attempt.error === null ? (
        ''
      ) : (
        <tr class="explanation">
          <td class="position"></td>
          <td colspan={COLUMNS.length - 1}>
            <samp safe>{attempt.error}</samp>
          </td>
        </tr>
      )}
    </>
  )
}
