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
  const isKnown = (value: number | null) => value !== null
  const at = (_: number | null, index: number) => x(index)
  const list = [...values]
  const under = area<number | null>(at, y(0), (value) => y(value ?? 0))
    .defined(isKnown)
    .digits(2)
  const along = line<number | null>(at, (value) => y(value ?? 0))
    .defined(isKnown)
    .digits(2)
  return (
    <svg
      class={`sparkline ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title safe>{label}</title>
      <path class="area" d={under(list) ?? ''} />
      <path class="line" d={along(list) ?? ''} />
    </svg>
  )
}
