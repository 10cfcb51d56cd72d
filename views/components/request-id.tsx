import { Html } from '@elysiajs/html'

/** Ids begin with their time and so look alike: the narrow column cuts the head and keeps the end. */
const TAIL = 8

export function RequestId({ id }: { id: string }): JSX.Element {
  return (
    <a class="request-id" href={`/requests/${encodeURIComponent(id)}`} title={Html.escapeHtml(id)}>
      <span class="head" safe>
        {id.slice(0, -TAIL)}
      </span>
      <span class="tail" safe>
        {id.slice(-TAIL)}
      </span>
    </a>
  )
}
