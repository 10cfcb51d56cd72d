import { Html, type PropsWithChildren } from '@elysiajs/html'

type ScrollerProps = PropsWithChildren<{ id: string; label: string }>

/** Holds a table wider than the screen; takes the focus so that the keyboard can scroll it. */
export function Scroller({ id, label, children }: ScrollerProps): JSX.Element {
  return (
    <section class="scroller" id={id} tabindex="0" aria-label={Html.escapeHtml(label)}>
      {children}
    </section>
  )
}
