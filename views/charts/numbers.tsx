import { Html } from '@elysiajs/html'
import { formatBucket, NONE } from '../format.ts'
import type { Chart, Plot } from './plot.ts'

/** What a chart shows, as a table: for who does not see it, and for who wants to know exactly. */
export function Numbers({ chart, plot }: { chart: Chart; plot: Plot }): JSX.Element {
  const { title, buckets, series } = chart
  return (
    <details class="numbers">
      <summary>Numbers</summary>
      <section tabindex="0" aria-label={Html.escapeHtml(`${title}, in numbers`)}>
        <table>
          <caption class="visually-hidden" safe>
            {title}
          </caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {series.map(({ name }) => (
                <th scope="col" safe>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets.map((time, index) => (
              <tr>
                <th>
                  <Name chart={chart} time={time} />
                  {plot.isWhole(index) ? '' : ' (in part)'}
                </th>
                {series.map(({ values }) => (
                  <td safe>{valueAt(chart, values, index)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}

function Name({
  chart: { bucketMs, span, linkOf },
  time,
}: {
  chart: Chart
  time: number
}): JSX.Element {
  const name = formatBucket(time, bucketMs)
  if (!linkOf) return <>{Html.escapeHtml(name)}</>
  const counted = {
    since: Math.max(time, span?.since ?? time),
    until: Math.min(time + bucketMs, span?.until ?? Infinity),
  }
  return (
    <a href={Html.escapeHtml(linkOf(counted))} safe>
      {name}
    </a>
  )
}

function valueAt({ format }: Chart, values: readonly (number | null)[], index: number): string {
  const value = values[index] ?? null
  return value === null ? NONE : format(value)
}
