import { Html } from '@elysiajs/html'

/** A sentence in which what is to be typed stands between backticks. */
export function Prose({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code safe>{part}</code> : Html.escapeHtml(part)))}
    </>
  )
}
