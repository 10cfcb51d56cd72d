import { Html } from '@elysiajs/html'
import { type Narrowing, queryParameters, type TableQuery } from '../../src/dashboard/query.ts'
import { FILTER_LABELS } from '../filter-words.ts'

const FIELDS: readonly Narrowing[] = ['search', 'min_duration_ms', 'min_cost_usd']

/** What is typed to narrow the table down; what was chosen elsewhere goes with it. */
export function FilterForm({ query }: { query: TableQuery }): JSX.Element {
  const { narrowed } = query
  const others = Object.entries(queryParameters({ ...query, place: null })).filter(
    ([name]) => !FIELDS.some((field) => field === name),
  )
  return (
    <form id="filters" class="filters" action="/requests" method="get">
      {others.map(([name, value]) => (
        <input type="hidden" name={Html.escapeHtml(name)} value={Html.escapeHtml(value)} />
      ))}
      <label class="search">
        <span class="visually-hidden" safe>
          {FILTER_LABELS.search}
        </span>
        <input
          id="search"
          type="search"
          name="search"
          value={Html.escapeHtml(narrowed.search ?? '')}
          placeholder="Search errors, or an id"
          autocomplete="off"
        />
      </label>
      <button type="submit">Search</button>
      <details id="facet-least" class="facet" name="facet">
        <summary
          class={narrowed.min_duration_ms || narrowed.min_cost_usd ? 'button chosen' : 'button'}
        >
          At least
        </summary>
        <div class="fields">
          <Amount id="least-ms" label="Duration, ms" name="min_duration_ms" narrowed={narrowed} />
          <Amount id="least-usd" label="Cost, USD" name="min_cost_usd" narrowed={narrowed} />
          <button type="submit">Show</button>
        </div>
      </details>
    </form>
  )
}

interface AmountProps extends Pick<TableQuery, 'narrowed'> {
  id: string
  label: string
  name: Narrowing
}

function Amount({ id, label, name, narrowed }: AmountProps): JSX.Element {
  return (
    <label>
      <span safe>{label}</span>
      <input
        id={id}
        type="number"
        name={name}
        value={Html.escapeHtml(narrowed[name] ?? '')}
        min="0"
        step="any"
        inputmode="decimal"
      />
    </label>
  )
}
