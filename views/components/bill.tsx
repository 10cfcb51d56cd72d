import { Html } from '@elysiajs/html'
import type { Bill } from '../../src/history/schema.ts'
import { KINDS, USD_PER_WEB_SEARCH } from '../../src/prices/cost.ts'
import type { Rates } from '../../src/prices/price.ts'
import { formatCost, formatCount, formatPrice, NONE } from '../format.ts'
import { Fact } from './fact.tsx'

const LABELS: Record<keyof Rates, string> = {
  input: 'Input',
  output: 'Output',
  cache_read: 'Cache read',
  cache_write_5m: 'Cache write',
  cache_write_1h: 'Cache write, 1 hour',
}

/** What was taken, kind by kind, at which price, and what that comes to. */
export function BillFacts({ bill }: { bill: Bill }): JSX.Element {
  const { thinking_tokens: thinking, web_search_requests: searches } = bill
  return (
    <dl class="facts">
      {KINDS.map(({ count, rate }) => {
        // Rows of older versions have no more than the sum of the writes.
        const sum = rate === 'cache_write_5m' ? bill.cache_creation_input_tokens : null
        const tokens = bill[count] ?? sum
        if (rate === 'cache_write_1h' && !tokens) return ''
        return <Fact label={LABELS[rate]} value={line(tokens, bill.price?.[rate])} />
      })}
      {thinking === null ? (
        ''
      ) : (
        <Fact label="Thinking" value={`${formatCount(thinking)} of the output`} />
      )}
      {searches ? (
        <Fact
          label="Web searches"
          value={`${formatCount(searches)} = ${formatCost(searches * USD_PER_WEB_SEARCH)}`}
        />
      ) : (
        ''
      )}
      <Fact label="Cost" value={formatCost(bill.cost_usd, bill.usage_estimated)} />
      {bill.usage_estimated ? <Fact label="Counted" value="partly by estimate" /> : ''}
    </dl>
  )
}

function line(tokens: number | null, rate: number | undefined): string {
  if (tokens === null) return NONE
  if (tokens === 0 || rate === undefined) return formatCount(tokens)
  const cost = formatCost((tokens * rate) / 1e6)
  return `${formatCount(tokens)} × ${formatPrice(rate)} = ${cost}`
}
