import { Html } from '@elysiajs/html'
import { requestUrl, type TableQuery } from '../../src/dashboard/query.ts'

/** Ids begin with their time and so look alike: the narrow column cuts the head and keeps the end. */
const TAIL = 8

/** `narrowed`: the table in which the request is next to others, by default that of all requests. */
export function RequestId({
  id,
  narrowed = {},
}: { id: string } & Partial<Pick<TableQuery, 'narrowed'>>) {
  return (
    <a
      class="request-id"
      href={Html.escapeHtml(requestUrl(id, narrowed))}
      title={Html.escapeHtml(id)}
    >
      <span class="head" safe>
        {id.slice(0, -TAIL)}
      </span>
      <span class="tail" safe>
        {id.slice(-TAIL)}
      </span>
    </a>
  )
}
