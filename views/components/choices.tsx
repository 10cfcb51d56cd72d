import { Html } from '@elysiajs/html'
import { formatCount } from '../format.ts'

export interface Choice {
  label: string
  count?: number
  href: string
  isChosen: boolean
}

/** Ways to see a page, each a link, with how much there is of it where that is known. */
export function Choices({ label, choices }: { label: string; choices: readonly Choice[] }) {
  return (
    <nav class="choices" aria-label={Html.escapeHtml(label)}>
      <span class="quiet" aria-hidden="true" safe>
        {label}
      </span>
      {choices.map(({ label, count, href, isChosen }) => (
        <a href={Html.escapeHtml(href)} aria-current={isChosen ? 'true' : undefined}>
          <span safe>{label}</span>
          {count === undefined ? '' : <span class="count" safe>{` ${formatCount(count)}`}</span>}
        </a>
      ))}
    </nav>
  )
}
