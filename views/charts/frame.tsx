import { Html, type PropsWithChildren } from '@elysiajs/html'
import { formatMoment, NONE } from '../format.ts'
import { type Chart, PLOT_HEIGHT, type Plot } from './plot.ts'

const BELOW = 20

/**
 * A chart with its axes, its legend and, for who does not see it, a table with the same numbers.
 * The marks come as children, in a square of 100 by PLOT_HEIGHT that is stretched to the width.
 */
export function Frame({ chart, plot, children }: PropsWithChildren<{ chart: Chart; plot: Plot }>) {
  const { title, series } = chart
  return (
    <figure class="chart">
      <figcaption>
        <h3 safe>{title}</h3>
        <Legend series={series} />
      </figcaption>
      <svg width="100%" height={PLOT_HEIGHT + BELOW} aria-hidden="true">
        {plot.valueTicks.map((tick) => (
          <line class="grid" x1="0" x2="100%" y1={plot.y(tick)} y2={plot.y(tick)} />
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
        <line class="axis" x1="0" x2="100%" y1={PLOT_HEIGHT} y2={PLOT_HEIGHT} />
        {plot.valueTicks.map((tick) => (
          <text x="0" y={plot.y(tick) - 3} safe>
            {chart.format(tick)}
          </text>
        ))}
        {plot.timeTicks.map(({ time, label }) => (
          <text class="time" x={`${plot.x(time)}%`} y={PLOT_HEIGHT + 14} safe>
            {label}
          </text>
        ))}
        <Hints chart={chart} plot={plot} />
      </svg>
      <Numbers chart={chart} />
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
            <rect width="10" height="10" />
          </svg>
          <span safe>{name}</span>
        </li>
      ))}
    </ul>
  )
}

/** What the pointer is told over a bucket. */
function Hints({ chart, plot }: { chart: Chart; plot: Plot }): JSX.Element {
  return (
    <>
      {chart.buckets.map((time, index) => (
        <rect
          class="hint"
          x={`${plot.x(time)}%`}
          width={`${plot.width}%`}
          y="0"
          height={PLOT_HEIGHT}
        >
          <title safe>
            {[formatMoment(time), ...chart.series.map((one) => said(chart, one, index))].join('\n')}
          </title>
        </rect>
      ))}
    </>
  )
}

function Numbers({ chart }: { chart: Chart }): JSX.Element {
  return (
    <table class="visually-hidden">
      <caption safe>{chart.title}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {chart.series.map(({ name }) => (
            <th scope="col" safe>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {chart.buckets.map((time, index) => (
          <tr>
            <th scope="row" safe>
              {formatMoment(time)}
            </th>
            {chart.series.map(({ values }) => (
              <td safe>{valueAt(chart, values, index)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function said(chart: Chart, { name, values }: Chart['series'][number], index: number): string {
  return `${name}: ${valueAt(chart, values, index)}`
}

function valueAt({ format }: Chart, values: readonly (number | null)[], index: number): string {
  const value = values[index] ?? null
  return value === null ? NONE : format(value)
}
