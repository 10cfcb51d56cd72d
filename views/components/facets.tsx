import { Html } from '@elysiajs/html'
import { narrow, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import { FACETS, type Facet, type Facets as Values } from '../../src/history/answers.ts'
import { describeValue, FILTER_LABELS } from '../filter-words.ts'
import { formatCount } from '../format.ts'
import { Icon } from './icon.tsx'

interface FacetsProps {
  query: TableQuery
  facets: Values
}

/** Lists of what there is to choose from, each value with the number of requests that have it. */
export function Facets({ query, facets }: FacetsProps): JSX.Element {
  const chosen = FACETS.filter((facet) => query.narrowed[facet] !== undefined).length
  return (
    <details id="facets" class="facets">
      <summary class="button">
        Filters
        {chosen > 0 ? <span class="count">{chosen}</span> : ''}
      </summary>
      <div class="lists">
        {FACETS.map((facet) => (
          <List facet={facet} values={facets[facet]} query={query} />
        ))}
      </div>
    </details>
  )
}

function List({
  facet,
  values,
  query,
}: {
  facet: Facet
  values: Values[Facet]
  query: TableQuery
}): JSX.Element {
  const chosen = query.narrowed[facet]
  // What was chosen can always be given up, though nothing is left that has it.
  const isGone = chosen !== undefined && values.every(({ value }) => value !== chosen)
  const offered = isGone ? [{ value: chosen, count: 0 }, ...values] : values
  if (offered.length === 0) return ''
  return (
    <details id={`facet-${facet}`} class="facet" name="facet">
      <summary class={chosen === undefined ? 'button' : 'button chosen'} safe>
        {FILTER_LABELS[facet]}
      </summary>
      <ul>
        {offered.map(({ value, count }) => {
          const isChosen = value === chosen
          const to = requestsUrl(narrow(query, facet, isChosen ? null : value))
          return (
            <li>
              <a
                id={Html.escapeHtml(`facet-${facet}-${encodeURIComponent(value)}`)}
                href={Html.escapeHtml(to)}
                title={Html.escapeHtml(value)}
                aria-current={isChosen ? 'true' : undefined}
              >
                <span class="value" safe>
                  {describeValue(facet, value)}
                </span>
                {isChosen ? <Icon name="cross" label="Remove" /> : ''}
                <span class="count" safe>
                  {formatCount(count)}
                </span>
              </a>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
