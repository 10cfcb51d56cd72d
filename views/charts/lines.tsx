import { Html } from '@elysiajs/html'
import { line } from 'd3-shape'
import { Frame } from './frame.tsx'
import { type Chart, plotOf, type Series } from './plot.ts'

/** A line for each series; where a value is missing there is a gap. */
export function Lines({ chart }: { chart: Chart }): JSX.Element {
  const { buckets, bucketMs, series } = chart
  const values = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const plot = plotOf(chart, Math.max(0, ...values))
  const middle = (index: number) => plot.x((buckets[index] ?? 0) + bucketMs / 2)
  const path = (of: Series['values']) =>
    line<number | null>()
      .defined((value) => value !== null)
      .x((_, index) => middle(index))
      .y((value) => plot.y(value ?? 0))
      .digits(2)([...of]) ?? ''
  return (
    <Frame chart={chart} plot={plot}>
      {series.map(({ tone, values }) => (
        <path class={`line ${tone}`} d={path(values)} />
      ))}
    </Frame>
  )
}
