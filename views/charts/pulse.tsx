import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'

const HEIGHT = 24
/** What there is is seen, however little of the whole. */
const LEAST = 1.5
/** Of the place each bar has. */
const WIDTH = 0.7

interface PulseProps {
  /** One for each bucket, the newest last. */
  totals: readonly number[]
  /** The part of each that went well. */
  good: readonly number[]
  /** What it shows, in words. */
  label: string
}

/** A small picture of how much there was and how it went, without axes: two paths, however many bars. */
export function Pulse({ totals, good, label }: PulseProps): JSX.Element {
  const y = scaleLinear([0, Math.max(1, ...totals)], [0, HEIGHT - 1])
  const bar = (at: number, from: number, to: number) =>
    to > from
      ? `M${at} ${round(HEIGHT - y(from))}h${WIDTH}V${round(HEIGHT - Math.max(y(to), y(from) + LEAST))}h-${WIDTH}z`
      : ''
  const well = totals.map((_, at) => bar(at, 0, good[at] ?? 0))
  const badly = totals.map((total, at) => bar(at, good[at] ?? 0, total))
  return (
    <svg
      class="sparkline pulse"
      viewBox={`0 0 ${Math.max(1, totals.length)} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title safe>{label}</title>
      <path class="base" d={`M0 ${HEIGHT - 0.25}h${totals.length}`} />
      <path class="well" d={well.join('')} />
      <path class="badly" d={badly.join('')} />
    </svg>
  )
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
