import { Html } from '@elysiajs/html'
import { PAGE_SIZES, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import type { TablePage } from '../../src/dashboard/table.ts'
import { IN_PLACE_FROM_TOP } from '../in-place.ts'
import { Step } from './steps.tsx'

/** The ways from one page of the table to those beside it, and how long each is. */
export function Pagination({ query, page }: { query: TableQuery; page: TablePage }): JSX.Element {
  const { newer, older } = page
  const to = (place: TableQuery['place']) => requestsUrl({ ...query, place })
  return (
    <div class="pagination" {...IN_PLACE_FROM_TOP}>
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
        <Step label="Newest" href={newer && to(null)} />
        <Step label="Newer" href={newer && to(newer)} rel="prev" />
        <Step label="Older" href={older && to(older)} rel="next" />
      </nav>
    </div>
  )
}
