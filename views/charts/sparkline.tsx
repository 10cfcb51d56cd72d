import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'

const WIDTH = 100
const HEIGHT = 24

interface SparklineProps {
  /** One for each bucket, the newest last. */
  values: readonly number[]
  /** What it shows, in words. */
  label: string
  tone: string
}

/** A small picture of how something went, without axes. */
export function Sparkline({ values, label, tone }: SparklineProps): JSX.Element {
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [0, WIDTH])
  const y = scaleLinear([0, Math.max(1, ...values)], [HEIGHT - 1, 2])
  const at = (_: number, index: number) => x(index)
  const list = [...values]
  const under = area<number>(at, y(0), (value) => y(value)).digits(2)
  const along = line<number>(at, (value) => y(value)).digits(2)
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
