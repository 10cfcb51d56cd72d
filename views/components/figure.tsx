import { Html, type PropsWithChildren } from '@elysiajs/html'
import { Change, type Moved } from './change.tsx'

type FigureProps = PropsWithChildren<{
  label: string
  /** Where the requests are that it counts. */
  href?: string
  value: string
  /** A second value, with its name. */
  beside?: string
  moved?: Moved
}>

/** One number with its name; the children say what else there is to know about it. */
export function Figure({ label, href, value, beside, moved, children }: FigureProps): JSX.Element {
  return (
    <div class="figure">
      <dt>
        {href === undefined ? (
          <span safe>{label}</span>
        ) : (
          <a href={Html.escapeHtml(href)} safe>
            {label}
          </a>
        )}
      </dt>
      <dd class="value">
        <span safe>{value}</span>
        {beside === undefined ? '' : <small safe>{beside}</small>}
      </dd>
      {moved ? <Change {...moved} /> : ''}
      <dd class="quiet">{children}</dd>
    </div>
  )
}
