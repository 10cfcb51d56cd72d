import { Html } from '@elysiajs/html'
import type { RequestRow } from '../../src/history/schema.ts'
import { formatCost, formatCount, formatDuration } from '../format.ts'
import { Fact, RichFact } from './fact.tsx'
import { Model } from './model.tsx'

/** What the fallback brought this request, and what it took for that. */
export function LedgerFacts({ request }: { request: RequestRow }): JSX.Element {
  const { preferred_provider, preferred_model, partial_cost_usd } = request
  return (
    <dl class="facts">
      {preferred_provider === null ? (
        ''
      ) : (
        <RichFact label="First choice">
          <span safe>{preferred_provider}</span>
          <Model name={preferred_model} region={null} />
        </RichFact>
      )}
      <Fact label="Throttles absorbed" value={formatCount(request.throttles_absorbed)} />
      <Fact label="Waiting avoided" value={formatDuration(request.wait_avoided_ms)} />
      <Fact label="Against the first choice" value={describeExtra(request)} />
      <Fact label="Weaker model" value={request.is_weaker ? 'yes' : 'no'} />
      {partial_cost_usd === null ? (
        ''
      ) : (
        <Fact label="Billed for broken streams" value={formatCost(partial_cost_usd)} />
      )}
    </dl>
  )
}

function describeExtra(request: RequestRow): string {
  const { extra_cost_usd, preferred_provider, preferred_model, provider, served_model } = request
  if (extra_cost_usd === null) {
    const isFirst = preferred_provider === provider && preferred_model === served_model
    return isFirst || preferred_provider === null ? 'no extra cost' : 'a cost that is not known'
  }
  const amount = formatCost(Math.abs(extra_cost_usd))
  if (extra_cost_usd === 0) return 'the same cost'
  return extra_cost_usd > 0 ? `${amount} more` : `${amount} less`
}
