import { Html } from '@elysiajs/html'

interface StepsProps {
  /** Where the reader is. */
  position: string
  /** The ways from there: what they are called, and where they lead; null at the end. */
  previous: { label: string; href: string | null }
  next: { label: string; href: string | null }
}

/** The ways to the pages before and behind this one. */
export function Steps({ position, previous, next }: StepsProps): JSX.Element {
  return (
    <div class="pagination">
      <p safe>{position}</p>
      <nav aria-label="Pages of the table">
        <Step {...previous} rel="prev" />
        <Step {...next} rel="next" />
      </nav>
    </div>
  )
}

function Step({ label, href, rel }: StepsProps['next'] & { rel: 'prev' | 'next' }): JSX.Element {
  if (href === null) {
    return (
      <span class="step" aria-disabled="true" safe>
        {label}
      </span>
    )
  }
  return (
    <a class="step" rel={rel} href={Html.escapeHtml(href)} safe>
      {label}
    </a>
  )
}
