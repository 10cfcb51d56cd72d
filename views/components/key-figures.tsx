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
import { Figure } from './figure.tsx'

interface KeyFiguresProps {
  range: Range
  summary: Summary
  /** Of the stretch of the same length before it. */
  before: Summary
}

/** What a stretch of time came to, each number against the stretch before. */
export function KeyFigures({ range, summary, before }: KeyFiguresProps): JSX.Element {
  const isQuiet = summary.requests === 0
  const count = (value: number) => (isQuiet ? NONE : formatCount(value))
  return (
    <dl
      class="figures key-figures"
      aria-label={Html.escapeHtml(`Figures of ${describeRange(range)}`)}
    >
      <Figure
        label="Requests"
        href={inRange('/requests', range)}
        value={count(summary.requests)}
        moved={{ as: 'count', now: summary.requests, before: before.requests }}
      />
      <Figure
        label="Success rate"
        href={inRange('/requests', range, { state: 'complete' })}
        value={formatRate(summary.success_rate)}
        moved={{ as: 'share', now: summary.success_rate, before: before.success_rate }}
      >
        <Incomplete range={range} summary={summary} />
      </Figure>
      <Figure
        label="Fallbacks absorbed"
        href={inRange('/requests', range, { fell_back: true, state: 'complete' })}
        value={count(summary.fallbacks)}
        moved={{ as: 'count', now: summary.fallbacks, before: before.fallbacks }}
      >
        <span safe>
          {isQuiet ? '' : `${formatRate(summary.fallbacks / summary.requests)} of requests`}
        </span>
      </Figure>
      <Figure
        label="Cost"
        value={formatCost(summary.cost_usd)}
        moved={{ as: 'amount', now: summary.cost_usd, before: before.cost_usd }}
      >
        <span safe>{isQuiet ? '' : describeCost(summary)}</span>
      </Figure>
      <Figure
        label="First event"
        value={formatDuration(summary.first_event_p50_ms)}
        beside="p50"
        moved={{ as: 'time', now: summary.first_event_p50_ms, before: before.first_event_p50_ms }}
      >
        <span safe>{`p95 ${formatDuration(summary.first_event_p95_ms)}`}</span>
      </Figure>
      <Figure
        label="Duration"
        value={formatDuration(summary.duration_p50_ms)}
        beside="p50"
        moved={{ as: 'time', now: summary.duration_p50_ms, before: before.duration_p50_ms }}
      >
        <span safe>{`p95 ${formatDuration(summary.duration_p95_ms)}`}</span>
      </Figure>
      <Figure
        label="Tokens"
        value={isQuiet ? NONE : formatTokens(summary.total_tokens)}
        moved={{ as: 'amount', now: summary.total_tokens, before: before.total_tokens }}
      >
        <span safe>{isQuiet ? '' : describeTokens(summary)}</span>
      </Figure>
      <Figure
        label="From cache"
        value={formatRate(summary.cache_hit_share)}
        moved={{ as: 'share', now: summary.cache_hit_share, before: before.cache_hit_share }}
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
