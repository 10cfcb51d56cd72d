import { Html } from '@elysiajs/html'
import type { ModelUse } from '../../src/history/answers.ts'
import type { Range } from '../../src/history/range.ts'
import { formatCost, formatCount, formatRate, formatTokens } from '../format.ts'
import { inRange } from '../range.ts'
import { type Column, ColumnHeads } from './column-heads.tsx'
import { Model } from './model.tsx'
import { Scroller } from './scroller.tsx'
import { Share } from './share.tsx'

const COLUMNS: readonly Column[] = [
  'Model',
  { label: 'Requests', class: 'number' },
  { label: 'Success', class: 'number' },
  { label: 'Tokens', class: 'number' },
  { label: 'Cost', class: 'number' },
  'Share',
]

/** The models that served most; the bars compare what they cost or, without prices, took. */
export function TopModels({ range, models }: { range: Range; models: ModelUse[] }): JSX.Element {
  const weigh = models.some(({ cost_usd }) => cost_usd !== null)
    ? ({ cost_usd }: ModelUse) => cost_usd ?? 0
    : ({ total_tokens }: ModelUse) => total_tokens
  const most = Math.max(...models.map(weigh), Number.MIN_VALUE)
  return (
    <Scroller id="top-models" label="Models by cost">
      <table>
        <caption class="visually-hidden">The models that served most</caption>
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {models.map((use) => (
            <tr>
              <th scope="row">
                <a href={Html.escapeHtml(requestsOf(range, use))}>
                  <Model name={use.model} region={use.provider} />
                </a>
              </th>
              <td class="number" safe>
                {formatCount(use.requests)}
              </td>
              <td class="number" safe>
                {formatRate(use.requests === 0 ? null : use.succeeded / use.requests)}
              </td>
              <td class="number" safe>
                {formatTokens(use.total_tokens)}
              </td>
              <td class="number" safe>
                {formatCost(use.cost_usd)}
              </td>
              <td>
                <Share of={weigh(use) / most} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function requestsOf(range: Range, { provider, model }: ModelUse): string {
  return inRange('/requests', range, { provider, served_model: model })
}
