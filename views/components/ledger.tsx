import { Html, type PropsWithChildren } from '@elysiajs/html'
import type { Ledger as Entries } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { formatCost, formatCount, formatDuration, formatTokens } from '../format.ts'
import { inRange } from '../range.ts'

/** What falling back has brought, and what it was paid with; each entry in a sentence. */
export function Ledger({ range, ledger }: { range: Range; ledger: Entries }): JSX.Element {
  if (Object.values(ledger).every((value) => value === 0)) {
    return (
      <p class="empty">
        Nothing was throttled, broken off or lost: whoever was asked first has answered.
      </p>
    )
  }
  const rescued = inRange('/requests', range, { fell_back: true, state: 'complete' })
  const isDearer = ledger.extra_cost_usd >= 0
  return (
    <dl class="ledger card">
      <Entry
        label="Throttles absorbed"
        value={formatCount(ledger.throttles_absorbed)}
        amount={ledger.throttles_absorbed}
        href={rescued}
      >
        A target said to wait, and another one answered.
      </Entry>
      <Entry
        label="Waiting avoided"
        value={formatDuration(ledger.wait_avoided_ms)}
        amount={ledger.wait_avoided_ms}
        href={rescued}
      >
        What those targets had asked for, less what was waited all the same.
      </Entry>
      <Entry
        label={isDearer ? 'Extra cost of fallbacks' : 'Saved by fallbacks'}
        value={formatCost(Math.abs(ledger.extra_cost_usd))}
        amount={ledger.extra_cost_usd}
        href={rescued}
      >
        {isDearer ? 'More' : 'Less'} than the preferred targets would have cost.
      </Entry>
      <Entry
        label="Turns by a weaker model"
        value={formatCount(ledger.weaker_turns)}
        amount={ledger.weaker_turns}
        href={rescued}
      >
        A cheaper model than the preferred one answered.
      </Entry>
      <Entry
        label="Streams broken off"
        value={formatCount(ledger.partial_streams)}
        amount={ledger.partial_streams}
        href={inRange('/requests', range, { state: 'partial' })}
      >
        They stopped after the first words
        <span safe>
          {inMoney(ledger.partial_cost_usd, (cost) => `; ${cost} was billed for them`)}
        </span>
        .
      </Entry>
      <Entry
        label="Prompt cache lost"
        value={formatTokens(ledger.cache_lost_tokens)}
        amount={ledger.cache_lost_tokens}
        href={inRange('/sessions', range)}
      >
        Tokens that had to be taken in again
        <span safe>{inMoney(ledger.cache_lost_usd, (cost) => `, for ${cost} more`)}</span>.
      </Entry>
    </dl>
  )
}

/** Where no price was known the sum is zero: then nothing is said of money. */
function inMoney(dollars: number, words: (cost: string) => string): string {
  return dollars === 0 ? '' : words(formatCost(dollars))
}

type EntryProps = PropsWithChildren<{
  label: string
  value: string
  amount: number
  href: string
}>

function Entry({ label, value, amount, href, children }: EntryProps): JSX.Element {
  return (
    <div class={amount === 0 ? 'entry is-none' : 'entry'}>
      <dt>
        <a href={Html.escapeHtml(href)} safe>
          {label}
        </a>
      </dt>
      <dd class="value" safe>
        {value}
      </dd>
      <dd class="quiet">{children}</dd>
    </div>
  )
}
