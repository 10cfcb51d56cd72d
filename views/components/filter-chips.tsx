import { Html } from '@elysiajs/html'
import { type Narrowing, narrow, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import { describeValue, FILTER_LABELS } from '../filter-words.ts'
import { Icon } from './icon.tsx'

/** What narrows the table down, each removed by a click; the range of time says so itself. */
export function FilterChips({ query }: { query: TableQuery }): JSX.Element {
  const { range: _, ...narrowed } = query.narrowed
  const chips = Object.entries(narrowed) as [Narrowing, string][]
  if (chips.length === 0) return ''
  return (
    <ul id="chips" class="chips" aria-label="Chosen filters">
      {chips.map(([name, value]) => (
        <li>
          <a
            id={`chip-${name}`}
            class="chip"
            href={Html.escapeHtml(requestsUrl(narrow(query, name, null)))}
          >
            <span class="quiet" safe>
              {FILTER_LABELS[name]}
            </span>
            <span class="value" title={Html.escapeHtml(value)} safe>
              {describeValue(name, value)}
            </span>
            <Icon name="cross" label="Remove" />
          </a>
        </li>
      ))}
      <li>
        <a href={Html.escapeHtml(requestsUrl({ ...query, place: null, narrowed: {} }))}>Show all</a>
      </li>
    </ul>
  )
}
