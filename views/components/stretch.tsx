import { Html } from '@elysiajs/html'
import type { AttemptRow } from '../../src/history/schema.ts'
import { formatDuration } from '../format.ts'
import { outcomeFace } from './badge.tsx'

/** Where in the `span` ms of its request an attempt lies: its wait, its silence, its answer. */
export function Stretch({ attempt, span }: { attempt: AttemptRow; span: number }): JSX.Element {
  const { started_ms, first_event_ms, duration_ms, wait_ms } = attempt
  const silentMs = first_event_ms ?? duration_ms
  const label = describe(attempt)
  return (
    <svg
      class={`bar tone-${outcomeFace(attempt.outcome).tone}`}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title safe>{label}</title>
      <rect class="track" x="0" y="0" width="100" height="10" />
      <Part kind="waited" from={started_ms - wait_ms} ms={wait_ms} span={span} />
      <Part kind="silent" from={started_ms} ms={Math.max(silentMs, span * 0.006)} span={span} />
      <Part kind="flow" from={started_ms + silentMs} ms={duration_ms - silentMs} span={span} />
    </svg>
  )
}

function Part(part: { kind: string; from: number; ms: number; span: number }): JSX.Element {
  const scale = (ms: number) => Number(((ms / part.span) * 100).toFixed(3))
  if (part.ms <= 0) return ''
  return <rect class={part.kind} x={scale(part.from)} y="0" width={scale(part.ms)} height="10" />
}

function describe({ started_ms, first_event_ms, duration_ms, wait_ms }: AttemptRow): string {
  const parts = [
    wait_ms > 0 ? `waited ${formatDuration(wait_ms)}` : null,
    `asked at ${formatDuration(started_ms)}`,
    first_event_ms === null ? null : `first event after ${formatDuration(first_event_ms)}`,
    `ended after ${formatDuration(duration_ms)}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** What the shades of a stretch mean. */
export function StretchLegend(): JSX.Element {
  return (
    <ul class="legend quiet">
      <li>
        <Swatch kind="waited" /> waiting for its turn
      </li>
      <li>
        <Swatch kind="silent" /> until the first event
      </li>
      <li>
        <Swatch kind="flow" /> the answer
      </li>
    </ul>
  )
}

function Swatch({ kind }: { kind: string }): JSX.Element {
  return (
    <svg class="bar tone-good" viewBox="0 0 10 10" aria-hidden="true">
      <rect class={kind} width="10" height="10" />
    </svg>
  )
}
