import { Html } from '@elysiajs/html'
import { scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'
import { narrowTime, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import type { Histogram as Counts, Span } from '../../src/history/answers.ts'
import { STATES } from '../../src/history/filter-query.ts'
import { formatBucket, formatClock, formatCount } from '../format.ts'
import { IN_PLACE_DRAWN } from '../in-place.ts'
import { REQUEST_FACES } from './badge.tsx'

const HEIGHT = 56
/** A failure among a thousand is seen, too. */
const LEAST = 1.5

/**
 * How many requests there were over time, by how they ended. A bar leads to the requests in it; for
 * the keyboard the range of time does the same, without sixty stops on the way to the table.
 */
export function Histogram({ counts, query }: { counts: Counts & Span; query: TableQuery }) {
  const bars = barsOf(counts)
  const width = 100 / Math.max(1, bars.length)
  const y = scaleLinear([0, Math.max(1, ...bars.map(({ total }) => total))], [HEIGHT, 2])
  const layers = stack<number, number>()
    .keys(STATES.keys())
    .value((bar, layer) => bars[bar]?.counts[layer] ?? 0)(bars.keys())
  return (
    <figure class="histogram" id="histogram" {...IN_PLACE_DRAWN}>
      <svg
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={HEIGHT}
        aria-hidden="true"
      >
        {bars.map((bar, index) => (
          <a {...linkTo(requestsUrl(narrowTime(query, bar.time)))} tabindex="-1">
            <title safe>{describe(bar)}</title>
            <rect class="hint" x={index * width} width={width} y="0" height={HEIGHT} />
            {layers.map((layer) => {
              const [from, to] = layer[index] ?? [0, 0]
              if (to === from) return ''
              return (
                <rect
                  class={`tone-${toneOf(layer.key)}`}
                  x={(index + 0.1) * width}
                  width={width * 0.8}
                  y={Math.min(y(to), y(from) - LEAST)}
                  height={Math.max(y(from) - y(to), LEAST)}
                />
              )
            })}
          </a>
        ))}
      </svg>
      <figcaption class="quiet">
        <span safe>{formatBucket(counts.since, counts.bucket_ms)}</span>
        <span safe>{formatBucket(counts.until, counts.bucket_ms)}</span>
      </figcaption>
      <div class="visually-hidden">
        <Numbers bars={bars} />
      </div>
    </figure>
  )
}

function linkTo(url: string) {
  const href = Html.escapeHtml(url)
  return { href, 'hx-get': href }
}

interface Bar {
  /** When it begins and ends, Unix ms. */
  since: number
  until: number
  /** The same as an address says it. */
  time: { since: string; until: string }
  /** One for each state. */
  counts: number[]
  total: number
}

/** The first and the last bucket may reach over what was asked for. */
function barsOf({ since, until, buckets, bucket_ms, requests }: Counts & Span): Bar[] {
  return buckets.map((start, index) => {
    const counts = STATES.map((state) => requests[state][index] ?? 0)
    const from = Math.max(start, since)
    const to = Math.min(start + bucket_ms, until)
    return {
      since: from,
      until: to,
      time: { since: new Date(from).toISOString(), until: new Date(to).toISOString() },
      counts,
      total: counts.reduce((sum, count) => sum + count, 0),
    }
  })
}

function toneOf(layer: number): string {
  const state = STATES[layer]
  return state ? REQUEST_FACES[state].tone : 'calm'
}

function describe({ since, until, counts }: Bar): string {
  const lines = STATES.flatMap((state, index) => {
    const count = counts[index] ?? 0
    return count === 0 ? [] : [`${REQUEST_FACES[state].label}: ${formatCount(count)}`]
  })
  const time = `${formatClock(since)} to ${formatClock(until)}`
  return [time, ...(lines.length === 0 ? ['No requests'] : lines)].join('\n')
}

/** For who does not see the bars; those without a request would only be in the way. */
function Numbers({ bars }: { bars: Bar[] }): JSX.Element {
  return (
    <table>
      <caption>Requests over time</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          {STATES.map((state) => (
            <th scope="col" safe>
              {REQUEST_FACES[state].label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars
          .filter(({ total }) => total > 0)
          .map(({ since, counts }) => (
            <tr>
              <th scope="row" safe>
                {formatClock(since)}
              </th>
              {counts.map((count) => (
                <td safe>{formatCount(count)}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  )
}
