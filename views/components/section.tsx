import { Html, type PropsWithChildren } from '@elysiajs/html'

type SectionProps = PropsWithChildren<{
  title: string
  /** The page that has more of it. */
  href?: string
}>

/** A part of a page under its own heading. */
export function Section({ title, href, children }: SectionProps): JSX.Element {
  const id = `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-heading`
  return (
    <section aria-labelledby={Html.escapeHtml(id)}>
      <h2 id={Html.escapeHtml(id)}>
        {href === undefined ? (
          <span safe>{title}</span>
        ) : (
          <a href={Html.escapeHtml(href)} safe>
            {title}
          </a>
        )}
      </h2>
      {children}
    </section>
  )
}
