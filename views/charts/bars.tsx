import { Html } from '@elysiajs/html'
import { stack } from 'd3-shape'
import { Frame } from './frame.tsx'
import { type Chart, plotOf } from './plot.ts'

/** Bars over time, the series one upon the other. */
export function Bars({ chart }: { chart: Chart }): JSX.Element {
  const { buckets, series } = chart
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((index, layer) => series[layer]?.values[index] ?? 0)(buckets.keys())
  const plot = plotOf(chart, Math.max(0, ...layers.flat().map(([, to]) => to)))
  const gap = plot.width * 0.15
  return (
    <Frame chart={chart} plot={plot}>
      {layers.map((layer) => (
        <g class={series[layer.key]?.tone}>
          {layer.map(([from, to], index) =>
            to > from ? (
              <rect
                x={plot.x(buckets[index] ?? 0) + gap / 2}
                width={plot.width - gap}
                y={plot.y(to)}
                height={plot.y(from) - plot.y(to)}
              />
            ) : (
              ''
            ),
          )}
        </g>
      ))}
    </Frame>
  )
}
