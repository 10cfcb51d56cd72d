import { Html, type PropsWithChildren } from '@elysiajs/html'
import { Numbers } from './numbers.tsx'
import { type Chart, PLOT_HEIGHT, type Plot } from './plot.ts'
import { tickLabels } from './ticks.ts'

/** In px: where the values stand, left of the plot, and the times, below it. */
const BESIDE = 52
const BELOW = 22

/**
 * A chart with its axes, its legend and the same numbers as a table, from which assets/hints.js
 * tells what lies under the pointer. The marks come as children, in a square of 100 by PLOT_HEIGHT
 * that is stretched to the width.
 */
export function Frame({ chart, plot, children }: PropsWithChildren<{ chart: Chart; plot: Plot }>) {
  const { title, href, series } = chart
  const labels = tickLabels(plot.valueTicks, chart.format)
  return (
    <figure class="chart">
      <figcaption>
        <h3>
          {href === undefined ? (
            <span safe>{title}</span>
          ) : (
            <a href={Html.escapeHtml(href)} safe>
              {title}
            </a>
          )}
        </h3>
        <Legend series={series} />
      </figcaption>
      <section
        class="plot"
        tabindex="0"
        aria-label={Html.escapeHtml(`${title}, a chart. The arrow keys go through its values.`)}
      >
        <svg class="values" width={BESIDE} height={PLOT_HEIGHT + BELOW} aria-hidden="true">
          {plot.valueTicks.map((tick, index) => (
            <text x={BESIDE - 8} y={plot.y(tick) + 4} safe>
              {labels[index] ?? ''}
            </text>
          ))}
        </svg>
        <svg class="drawing" height={PLOT_HEIGHT + BELOW} aria-hidden="true">
          {plot.valueTicks.map((tick) => (
            <line
              class={tick === 0 ? 'axis' : 'grid'}
              x1="0"
              x2="100%"
              y1={plot.y(tick)}
              y2={plot.y(tick)}
            />
          ))}
          <svg
            width="100%"
            height={PLOT_HEIGHT}
            viewBox={`0 0 100 ${PLOT_HEIGHT}`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            {children}
          </svg>
          {plot.isEmpty ? (
            <text x="50%" y={PLOT_HEIGHT / 2}>
              Nothing to count here
            </text>
          ) : (
            ''
          )}
          {plot.timeTicks.map(({ time, label }) => (
            <text x={`${plot.x(time)}%`} y={PLOT_HEIGHT + 17} safe>
              {label}
            </text>
          ))}
        </svg>
      </section>
      <Numbers chart={chart} plot={plot} />
    </figure>
  )
}

function Legend({ series }: Pick<Chart, 'series'>): JSX.Element {
  if (series.length < 2) return ''
  return (
    <ul class="legend quiet">
      {series.map(({ name, tone }) => (
        <li>
          <svg class={`swatch ${tone}`} viewBox="0 0 10 10" aria-hidden="true">
            <rect width="10" height="10" rx="2" />
          </svg>
          <span safe>{name}</span>
        </li>
      ))}
    </ul>
  )
}
