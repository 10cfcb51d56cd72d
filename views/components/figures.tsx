import { Html } from '@elysiajs/html'
import type { Summary } from '../../src/history/answers.ts'
import { formatCost, formatCount, formatDuration, formatRate, formatTokens } from '../format.ts'

/** The numbers of a summary; `period` says what they cover. */
export function Figures({ summary, period }: { summary: Summary; period: string }): JSX.Element {
  const incomplete = summary.requests - summary.succeeded
  return (
    <dl class="figures" aria-label={`Figures, ${period}`}>
      <Figure label="Requests" value={formatCount(summary.requests)} note={period} />
      <Figure
        label="Success rate"
        value={formatRate(summary.success_rate)}
        note={`${formatCount(incomplete)} incomplete`}
      />
      <Figure
        label="Rescued by fallback"
        value={formatCount(summary.fallbacks)}
        note="not by the first attempt"
      />
      <Figure
        label="Average duration"
        value={formatDuration(summary.average_duration_ms)}
        note="per request"
      />
      <Figure label="Tokens" value={formatTokens(summary.total_tokens)} note="cache included" />
      <Figure
        label="Tokens per request"
        value={formatTokens(summary.average_tokens)}
        note="on average"
      />
      <Figure label="Cost" value={formatCost(summary.cost_usd)} note={describeCost(summary)} />
    </dl>
  )
}

function describeCost({ cost_usd, unpriced }: Summary): string {
  if (unpriced === 0) return 'all of it is known'
  const gap = `${formatCount(unpriced)} without a price`
  return cost_usd === null ? gap : `at least: ${gap}`
}

function Figure({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div class="figure">
      <dt safe>{label}</dt>
      <dd class="value" safe>
        {value}
      </dd>
      <dd class="quiet" safe>
        {note}
      </dd>
    </div>
  )
}
