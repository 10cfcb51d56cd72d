import { Html } from '@elysiajs/html'
import type { Summary } from '../../src/history/answers.ts'
import { formatCost, formatCount, formatDuration, formatRate, formatTokens } from '../format.ts'
import { Figure } from './figure.tsx'

/** The numbers of a summary; `period` says what they cover. */
export function Figures({ summary, period }: { summary: Summary; period: string }): JSX.Element {
  const incomplete = summary.requests - summary.succeeded
  return (
    <dl class="figures" aria-label={`Figures, ${period}`}>
      <Figure label="Requests" value={formatCount(summary.requests)}>
        <span safe>{period}</span>
      </Figure>
      <Figure label="Success rate" value={formatRate(summary.success_rate)}>
        <span safe>{`${formatCount(incomplete)} incomplete`}</span>
      </Figure>
      <Figure label="Rescued by fallback" value={formatCount(summary.fallbacks)}>
        not by the first attempt
      </Figure>
      <Figure label="Average duration" value={formatDuration(summary.average_duration_ms)}>
        per request
      </Figure>
      <Figure label="Tokens" value={formatTokens(summary.total_tokens)}>
        cache included
      </Figure>
      <Figure label="Tokens per request" value={formatTokens(summary.average_tokens)}>
        on average
      </Figure>
      <Figure label="Cost" value={formatCost(summary.cost_usd)}>
        <span safe>{describeCost(summary)}</span>
      </Figure>
    </dl>
  )
}

/** How much of the cost is known; nothing where there is none. */
export function describeCost({ cost_usd, unpriced }: Summary): string {
  if (unpriced === 0) return cost_usd === null ? '' : 'all of it is known'
  const gap = `${formatCount(unpriced)} without a price`
  return cost_usd === null ? gap : `at least: ${gap}`
}
