import { Html } from '@elysiajs/html'

interface PagerProps {
  newer: string | null
  older: string | null
  /** Says in an address which list the reader came from; empty, or begins with `?`. */
  search: string
}

/** To the list that a request was opened from, and to those next to it there. */
export function Pager({ newer, older, search }: PagerProps): JSX.Element {
  const href = (id: string) => Html.escapeHtml(`/requests/${encodeURIComponent(id)}${search}`)
  return (
    <nav class="pager" aria-label="Requests next to this one">
      <a href={Html.escapeHtml(`/requests${search}`)}>Back to the list</a>
      {newer === null ? (
        <span class="quiet">Newest</span>
      ) : (
        <a rel="prev" href={href(newer)}>
          Newer
        </a>
      )}
      {older === null ? (
        <span class="quiet">Oldest</span>
      ) : (
        <a rel="next" href={href(older)}>
          Older
        </a>
      )}
    </nav>
  )
}
