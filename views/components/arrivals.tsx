import { Html } from '@elysiajs/html'
import { requestsUrl, type TableQuery } from '../../src/dashboard/query.ts'
import { formatCount } from '../format.ts'

/** That `count` requests came since, as a way to see them; nothing where there are none. */
export function Arrivals({ query, count }: { query: TableQuery; count: number }): JSX.Element {
  if (count <= 0) return ''
  const href = requestsUrl({ ...query, place: null })
  const history = query.place === null ? { 'hx-replace-url': 'true' } : { 'hx-push-url': 'true' }
  return (
    <a
      class="pill"
      href={Html.escapeHtml(href)}
      hx-get={Html.escapeHtml(href)}
      hx-target="#live"
      hx-select="#live"
      hx-swap="outerMorph show:top"
      hx-sync="#live:replace"
      {...history}
      safe
    >
      {`${formatCount(count)} new`}
    </a>
  )
}
