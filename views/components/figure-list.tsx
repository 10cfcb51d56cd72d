import { Html } from '@elysiajs/html'

export interface Figure {
  label: string
  value: string
  /** What it is made of, or what it means. */
  note: string
}

/** A few numbers side by side; `label` says of what. */
export function FigureList({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl class="figures" aria-label={Html.escapeHtml(label)}>
      {figures.map(({ label, value, note }) => (
        <div class="figure">
          <dt safe>{label}</dt>
          <dd class="value" safe>
            {value}
          </dd>
          <dd class="quiet" safe>
            {note}
          </dd>
        </div>
      ))}
    </dl>
  )
}
