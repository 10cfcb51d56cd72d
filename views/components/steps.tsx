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

interface StepProps {
  label: string
  /** Null where it leads nowhere. */
  href: string | null
  rel?: 'prev' | 'next'
}

/** One way; known by its label, so that the focus stays on it when the page around it changes. */
export function Step({ label, href, rel }: StepProps): JSX.Element {
  const id = `step-${label.toLowerCase()}`
  if (href === null) {
    return (
      <span id={id} class="step" aria-disabled="true" safe>
        {label}
      </span>
    )
  }
  return (
    <a id={id} class="step" href={Html.escapeHtml(href)} {...(rel && { rel })} safe>
      {label}
    </a>
  )
}
