import { Html, type PropsWithChildren } from '@elysiajs/html'

export function Fact({ label, value }: { label: string; value: string }): JSX.Element {
  return (
    <div class="fact">
      <dt safe>{label}</dt>
      <dd safe>{value}</dd>
    </div>
  )
}

/** A fact that is more than a text, such as a link. */
export function RichFact({ label, children }: PropsWithChildren<{ label: string }>): JSX.Element {
  return (
    <div class="fact">
      <dt safe>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
