import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'

const WIDTH = 100
const HEIGHT = 24

interface SparklineProps {
  /** One for each bucket, the newest last; null where there is none. */
  values: readonly (number | null)[]
  /** What it shows, in words. */
  label: string
  tone: string
}

/** A small picture of how something went, without axes. */
export function Sparkline({ values, label, tone }: SparklineProps): JSX.Element {
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [0, WIDTH])
  const y = scaleLinear([0, Math.max(1, ...values.map((value) => value ?? 0))], [HEIGHT - 1, 2])
  const isKnown = ({ value }: Point) => value !== null
  const at = ({ index }: Point) => x(index)
  const height = ({ value }: Point) => y(value ?? 0)
  const points = turns(values)
  const under = area<Point>(at, y(0), height).defined(isKnown).digits(1)
  const along = line<Point>(at, height).defined(isKnown).digits(1)
  return (
    <svg
      class={`sparkline ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title safe>{label}</title>
      <path class="area" d={under(points) ?? ''} />
      <path class="line" d={along(points) ?? ''} />
    </svg>
  )
}

interface Point {
  index: number
  value: number | null
}

/** Where a line along the values turns: a page has many of them, and most are flat for long. */
function turns(values: readonly (number | null)[]): Point[] {
  return values
    .map((value, index) => ({ index, value }))
    .filter(({ index, value }) => value !== values[index - 1] || value !== values[index + 1])
}
