import { Html } from '@elysiajs/html'
import type { Series, Span } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { Bars } from '../charts/bars.tsx'
import { Lines } from '../charts/lines.tsx'
import { outcomeSeries } from '../charts/outcomes.ts'
import type { Chart } from '../charts/plot.ts'
import { formatCost, formatCount, formatDuration, formatTokens } from '../format.ts'
import { inRange } from '../range.ts'
import { shortName } from './model.tsx'

const KINDS = ['kind-1', 'kind-2', 'kind-3', 'kind-4', 'kind-5'] as const

/** How a stretch of time went. */
export function HistoryCharts({ range, series }: { range: Range; series: Series }): JSX.Element {
  const { buckets, bucket_ms, tokens } = series
  const names = briefly(series.cost_by_target.map(({ target }) => target))
  const frame = { buckets, bucketMs: bucket_ms, span: range }
  const requests: Chart = {
    ...frame,
    title: 'Requests by outcome',
    href: inRange('/requests', range),
    series: outcomeSeries(series.requests),
    format: formatCount,
    linkOf: requestsOf,
  }
  const firstEvent: Chart = {
    ...frame,
    title: 'Time to first event',
    series: percentiles(series.first_event_p50_ms, series.first_event_p95_ms),
    format: formatDuration,
  }
  const duration: Chart = {
    ...frame,
    title: 'Duration',
    series: percentiles(series.duration_p50_ms, series.duration_p95_ms),
    format: formatDuration,
  }
  const taken: Chart = {
    ...frame,
    title: 'Tokens by kind',
    series: [
      { name: 'Cache read', tone: 'kind-2', values: tokens.cache_read_input_tokens },
      { name: 'Cache write', tone: 'kind-3', values: tokens.cache_creation_input_tokens },
      { name: 'Input', tone: 'kind-1', values: tokens.input_tokens },
      { name: 'Output', tone: 'kind-5', values: tokens.output_tokens },
    ],
    format: formatTokens,
  }
  const cost: Chart = {
    ...frame,
    title: 'Cost by target',
    series: series.cost_by_target.map(({ target, values }, index) => ({
      name: names[index] ?? target,
      tone: target === 'other' ? 'kind-6' : (KINDS[index] ?? 'kind-6'),
      values,
    })),
    format: formatCost,
  }
  return (
    <div class="charts">
      <div class="card wide">
        <Bars chart={requests} />
      </div>
      <div class="card">
        <Lines chart={firstEvent} />
      </div>
      <div class="card">
        <Lines chart={duration} />
      </div>
      <div class="card">
        <Bars chart={taken} />
      </div>
      <div class="card">
        <Bars chart={cost} />
      </div>
    </div>
  )
}

function requestsOf({ since, until }: Span): string {
  return `/requests?since=${since}&until=${until}`
}

/** The names without their vendors, as long as they can still be told apart. */
function briefly(names: string[]): string[] {
  const short = names.map(shortName)
  return new Set(short).size === names.length ? short : names
}

function percentiles(half: (number | null)[], most: (number | null)[]): Chart['series'] {
  return [
    { name: 'p50', tone: 'kind-1', values: half },
    { name: 'p95', tone: 'kind-4', values: most },
  ]
}
