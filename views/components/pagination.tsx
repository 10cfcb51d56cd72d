import { Html } from '@elysiajs/html'
import { PAGE_SIZES, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import type { TablePage } from '../../src/dashboard/table.ts'

/** The ways from one page of the table to those beside it, and how long each is. */
export function Pagination({ query, page }: { query: TableQuery; page: TablePage }): JSX.Element {
  const { newer, older } = page
  return (
    <div class="pagination">
      <nav aria-label="Rows per page">
        <span class="quiet">Rows</span>
        {PAGE_SIZES.map((size) => (
          <a
            id={`size-${size}`}
            href={Html.escapeHtml(requestsUrl({ ...query, size, place: null }))}
            aria-current={size === query.size ? 'true' : undefined}
          >
            {size}
          </a>
        ))}
      </nav>
      <nav aria-label="Pages of the table">
        <Step label="Newest" to={newer && requestsUrl({ ...query, place: null })} />
        <Step label="Newer" rel="prev" to={newer} />
        <Step label="Older" rel="next" to={older} />
      </nav>
    </div>
  )
}

/** `to` is null where it leads nowhere. */
function Step({ label, rel, to }: { label: string; rel?: 'prev' | 'next'; to: string | null }) {
  const id = `step-${label.toLowerCase()}`
  if (to === null) {
    return (
      <span id={id} class="step" aria-disabled="true" safe>
        {label}
      </span>
    )
  }
  return (
    <a id={id} class="step" href={Html.escapeHtml(to)} {...(rel && { rel })} safe>
      {label}
    </a>
  )
}
