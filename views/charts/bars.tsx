import { Html } from '@elysiajs/html'
import { stack } from 'd3-shape'
import { Frame } from './frame.tsx'
import { type Chart, plotOf } from './plot.ts'

/** How much of a bucket's width stays free. */
const GAP = 0.2

/** Bars over time, the series one upon the other. */
export function Bars({ chart }: { chart: Chart }): JSX.Element {
  const { buckets, bucketMs, series } = chart
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((index, layer) => series[layer]?.values[index] ?? 0)(buckets.keys())
  const plot = plotOf(chart, Math.max(0, ...layers.flat().map(([, to]) => to)))

  /**
   * All bars of a layer as the strokes of one path: an element for each would make most of the page.
   */
  function path(layer: (typeof layers)[number], isWhole: boolean): string {
    return layer
      .map(([from, to], index) => {
        if (to <= from || plot.isWhole(index) !== isWhole) return ''
        const middle = plot.x((buckets[index] ?? 0) + bucketMs / 2)
        // One failure among a thousand is what somebody looks for: it is never rounded away.
        return `M${middle} ${plot.y(from)}V${Math.min(plot.y(to), plot.y(from) - 1)}`
      })
      .join('')
  }

  return (
    <Frame chart={chart} plot={plot}>
      {layers.map((layer) => (
        <g
          class={`bars ${series[layer.key]?.tone}`}
          stroke-width={(plot.width * (1 - GAP)).toFixed(2)}
        >
          <path d={path(layer, true)} />
          <path class="part" d={path(layer, false)} />
        </g>
      ))}
    </Frame>
  )
}
