import { Html } from '@elysiajs/html'
import { PAGE_SIZES, requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import { formatCount } from '../format.ts'

/** Where the reader is in the table, and the ways from there. */
export function Pagination({
  query,
  pages,
  total,
}: {
  query: TableQuery
  pages: number
  total: number
}) {
  const { size, page } = query
  return (
    <div class="pagination">
      <nav aria-label="Rows per page">
        <span class="quiet">Rows</span>
        {PAGE_SIZES.map((offered) => (
          <a
            href={requestsUrl({ ...query, size: offered, page: 1 })}
            aria-current={offered === size ? 'true' : undefined}
          >
            {offered}
          </a>
        ))}
      </nav>
      <p safe>
        {`Page ${formatCount(page)} of ${formatCount(pages)}, ${formatCount(total)} request${total === 1 ? '' : 's'}`}
      </p>
      <nav aria-label="Pages of the table">
        <Step
          label="Previous"
          rel="prev"
          to={page > 1 ? requestsUrl({ ...query, page: page - 1 }) : null}
        />
        <Step
          label="Next"
          rel="next"
          to={page < pages ? requestsUrl({ ...query, page: page + 1 }) : null}
        />
      </nav>
    </div>
  )
}

function Step({ label, rel, to }: { label: string; rel: 'prev' | 'next'; to: string | null }) {
  if (to === null) {
    return (
      <span class="step" aria-disabled="true" safe>
        {label}
      </span>
    )
  }
  return (
    <a class="step" rel={rel} href={to} safe>
      {label}
    </a>
  )
}
