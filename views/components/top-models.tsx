import { Html } from '@elysiajs/html'
import type { ModelUse, Summary } from '../../src/history/answers.ts'
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

interface TopModelsProps {
  range: Range
  models: ModelUse[]
  /** What all models together came to. */
  summary: Pick<Summary, 'cost_usd' | 'total_tokens'>
}

/** The models that served most, and the part of all each cost or, without prices, took. */
export function TopModels({ range, models, summary }: TopModelsProps): JSX.Element {
  const { cost_usd, total_tokens } = summary
  const shareOf = (use: ModelUse) =>
    cost_usd ? (use.cost_usd ?? 0) / cost_usd : use.total_tokens / Math.max(1, total_tokens)
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
                <Share of={shareOf(use)} />
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
