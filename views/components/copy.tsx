import { Html } from '@elysiajs/html'

type CopyProps = { label: string } & ({ text: string } | { from: string })

/**
 * Copies a text, or what stands at an address of ours. Hidden until the script that makes it work
 * shows it: what it copies can always be reached in another way.
 */
export function CopyButton({ label, ...what }: CopyProps): JSX.Element {
  const source =
    'text' in what
      ? { 'data-copy': Html.escapeHtml(what.text) }
      : { 'data-copy-from': Html.escapeHtml(what.from) }
  return (
    <button type="button" class="copy" {...source} hidden safe>
      {label}
    </button>
  )
}
