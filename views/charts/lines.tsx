import { Html } from '@elysiajs/html'
import { line } from 'd3-shape'
import { Frame } from './frame.tsx'
import { type Chart, plotOf, type Series } from './plot.ts'

/** A line for each series; where a value is missing there is a gap. */
export function Lines({ chart }: { chart: Chart }): JSX.Element {
  const { buckets, bucketMs, series } = chart
  const values = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const plot = plotOf(chart, Math.max(0, ...values))
  const last = buckets.length - 1
  const whole = plot.isWhole(last) ? last : last - 1
  const middle = (index: number) => plot.x((buckets[index] ?? 0) + bucketMs / 2)

  function path({ values }: Series, from: number, to: number): string {
    const points = values.map((value, index) => ({ value, index })).slice(from, to + 1)
    const draw = line<(typeof points)[number]>()
      .defined(({ value }) => value !== null)
      .x(({ index }) => middle(index))
      .y(({ value }) => plot.y(value ?? 0))
      .digits(1)
    return draw(points) ?? ''
  }

  /** Where both neighbours are missing there is no line to see, only a point. */
  function points({ values }: Series): string {
    return values
      .map((value, index) =>
        value === null || (values[index - 1] ?? values[index + 1] ?? null) !== null
          ? ''
          : `M${middle(index)} ${plot.y(value)}h0`,
      )
      .join('')
  }

  return (
    <Frame chart={chart} plot={plot}>
      {series.map((one) => (
        <g class={`lines ${one.tone}`}>
          <path d={path(one, 0, whole)} />
          <path class="points" d={points(one)} />
          {whole < last ? <path class="part" d={path(one, whole, last)} /> : ''}
        </g>
      ))}
    </Frame>
  )
}
