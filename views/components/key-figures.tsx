import { Html } from '@elysiajs/html'
import type { Summary } from '../../src/history/answers.ts'
import { STATES } from '../../src/history/filter-query.ts'
import type { Range } from '../../src/history/range.ts'
import {
  formatCost,
  formatCount,
  formatDuration,
  formatRate,
  formatTokens,
  NONE,
} from '../format.ts'
import { describeRange, inRange } from '../range.ts'
import { describeCost } from '../spent.ts'
import { REQUEST_FACES } from './badge.tsx'
import type { Moved } from './change.tsx'
import { Figure } from './figure.tsx'

/** What of a summary moves. */
type NumberKey = {
  [Key in keyof Summary]: Summary[Key] extends number | null ? Key : never
}[keyof Summary]

interface KeyFiguresProps {
  range: Range
  summary: Summary
  /** Of the stretch of the same length before it; null where there is nothing whole. */
  before: Summary | null
}

/** What a stretch of time came to, each number against the stretch before where there is one. */
export function KeyFigures({ range, summary, before }: KeyFiguresProps): JSX.Element {
  const isQuiet = summary.requests === 0
  const count = (value: number) => (isQuiet ? NONE : formatCount(value))
  const moved = (as: Moved['as'], key: NumberKey): Moved => ({
    as,
    now: summary[key],
    before: before?.[key] ?? null,
  })
  return (
    <dl
      class="figures key-figures"
      aria-label={Html.escapeHtml(`Figures of ${describeRange(range)}`)}
    >
      <Figure
        label="Requests"
        href={inRange('/requests', range)}
        value={count(summary.requests)}
        moved={moved('count', 'requests')}
      />
      <Figure
        label="Success rate"
        href={inRange('/requests', range, { state: 'complete' })}
        value={formatRate(summary.success_rate)}
        moved={moved('share', 'success_rate')}
      >
        <Incomplete range={range} summary={summary} />
      </Figure>
      <Figure
        label="Fallbacks absorbed"
        href={inRange('/requests', range, { fell_back: true, state: 'complete' })}
        value={count(summary.fallbacks)}
        moved={moved('count', 'fallbacks')}
      >
        <span safe>
          {isQuiet ? '' : `${formatRate(summary.fallbacks / summary.requests)} of requests`}
        </span>
      </Figure>
      <Figure label="Cost" value={formatCost(summary.cost_usd)} moved={moved('amount', 'cost_usd')}>
        <span safe>{isQuiet ? '' : describeCost(summary)}</span>
      </Figure>
      <Figure
        label="First event"
        value={formatDuration(summary.first_event_p50_ms)}
        beside="p50"
        moved={moved('time', 'first_event_p50_ms')}
      >
        <span safe>{`p95 ${formatDuration(summary.first_event_p95_ms)}`}</span>
      </Figure>
      <Figure
        label="Duration"
        value={formatDuration(summary.duration_p50_ms)}
        beside="p50"
        moved={moved('time', 'duration_p50_ms')}
      >
        <span safe>{`p95 ${formatDuration(summary.duration_p95_ms)}`}</span>
      </Figure>
      <Figure
        label="Tokens"
        value={isQuiet ? NONE : formatTokens(summary.total_tokens)}
        moved={moved('amount', 'total_tokens')}
      >
        <span safe>{isQuiet ? '' : describeTokens(summary)}</span>
      </Figure>
      <Figure
        label="From cache"
        value={formatRate(summary.cache_hit_share)}
        moved={moved('share', 'cache_hit_share')}
      >
        {isQuiet ? '' : 'of all that went in'}
      </Figure>
    </dl>
  )
}

/** Each way of not being complete, with the requests that ended so. */
function Incomplete({ range, summary }: Pick<KeyFiguresProps, 'range' | 'summary'>): JSX.Element {
  const ways = STATES.filter((state) => state !== 'complete' && summary.states[state] > 0)
  return (
    <ul class="ways">
      {ways.map((state) => (
        <li>
          <a href={Html.escapeHtml(inRange('/requests', range, { state }))} safe>
            {`${formatCount(summary.states[state])} ${REQUEST_FACES[state].label.toLowerCase()}`}
          </a>
        </li>
      ))}
    </ul>
  )
}

function describeTokens(summary: Summary): string {
  const written = summary.cache_creation_input_tokens
  return [
    `${formatTokens(summary.input_tokens)} in`,
    `${formatTokens(summary.output_tokens)} out`,
    `${formatTokens(summary.cache_read_input_tokens)} read`,
    `${formatTokens(written)} written`,
  ].join(', ')
}
