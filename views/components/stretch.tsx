import { Html } from '@elysiajs/html'
import type { AttemptRow } from '../../src/history/schema.ts'
import { formatDuration } from '../format.ts'
import { outcomeFace } from './badge.tsx'

/** The time that a waterfall shows, in ms, and where it is marked. */
export interface TimeAxis {
  span: number
  ticks: readonly number[]
}

/** Below this share of the axis nothing could be seen. */
const LEAST_SHARE = 0.006

/** Where in its request an attempt lies: its wait, its silence, its answer. */
export function Stretch({ attempt, axis }: { attempt: AttemptRow; axis: TimeAxis }): JSX.Element {
  const { started_ms, headers_ms, first_event_ms, duration_ms, wait_ms } = attempt
  const contentMs = first_event_ms ?? duration_ms
  const headersMs = Math.min(headers_ms ?? 0, contentMs)
  const asked = headersMs > 0 ? headersMs : Math.max(contentMs, axis.span * LEAST_SHARE)
  const label = describe(attempt)
  return (
    <svg
      class={`bar tone-${outcomeFace(attempt.outcome).tone}`}
      role="img"
      aria-label={Html.escapeHtml(label)}
    >
      <title safe>{label}</title>
      <rect class="track" width="100%" height="100%" />
      {axis.ticks.map((tick) => (
        <line class="grid" x1={place(tick, axis)} x2={place(tick, axis)} y1="0" y2="100%" />
      ))}
      <Piece kind="waited" from={started_ms - wait_ms} ms={wait_ms} axis={axis} />
      <Piece kind={headersMs > 0 ? 'asked' : 'silent'} from={started_ms} ms={asked} axis={axis} />
      {headersMs > 0 ? (
        <Piece kind="silent" from={started_ms + headersMs} ms={contentMs - headersMs} axis={axis} />
      ) : (
        ''
      )}
      <Piece kind="flow" from={started_ms + contentMs} ms={duration_ms - contentMs} axis={axis} />
    </svg>
  )
}

/** A time on the axis, in percent of its length. */
export function place(ms: number, { span }: TimeAxis): string {
  return `${Number(((ms / span) * 100).toFixed(3))}%`
}

interface PieceProps {
  kind: string
  from: number
  ms: number
  axis: TimeAxis
}

function Piece({ kind, from, ms, axis }: PieceProps): JSX.Element {
  if (ms <= 0) return ''
  return <rect class={kind} x={place(from, axis)} width={place(ms, axis)} height="100%" />
}

function describe(attempt: AttemptRow): string {
  const { started_ms, headers_ms, first_event_ms, duration_ms, wait_ms } = attempt
  const parts = [
    wait_ms > 0 ? `waited ${formatDuration(wait_ms)}` : null,
    `asked at ${formatDuration(started_ms)}`,
    headers_ms === null ? null : `headers after ${formatDuration(headers_ms)}`,
    first_event_ms === null ? null : `first event after ${formatDuration(first_event_ms)}`,
    `ended after ${formatDuration(duration_ms)}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

const SHADES = [
  ['waited', 'waiting for its turn'],
  ['asked', 'until the headers'],
  ['silent', 'until the first event'],
  ['flow', 'the answer'],
] as const

/** What the shades of a stretch mean. */
export function StretchLegend(): JSX.Element {
  return (
    <ul class="legend quiet">
      {SHADES.map(([kind, meaning]) => (
        <li>
          <svg class="bar tone-good" aria-hidden="true">
            <rect class={kind} width="100%" height="100%" />
          </svg>{' '}
          {meaning}
        </li>
      ))}
    </ul>
  )
}
