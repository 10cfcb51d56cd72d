import { Html } from '@elysiajs/html'
import type { Part } from '../../src/messages/transcript.ts'
import type { Excerpt } from '../excerpt.ts'
import { formatCount } from '../format.ts'

const LABELS: Record<Part['kind'], string> = {
  text: '',
  thinking: 'Thinking',
  tool_call: 'Calls',
  tool_result: 'Result of',
  media: 'Holds',
  other: 'Block',
}

/** A block of a conversation; the lines in `differs` are marked. */
export function PartView(props: { part: Part; excerpt: Excerpt; differs?: boolean[] }) {
  const { part, excerpt, differs } = props
  const label = LABELS[part.kind]
  return (
    <div class={`part part-${part.kind}${part.isError ? ' is-error' : ''}`}>
      {label === '' ? (
        ''
      ) : (
        <p class="part-label">
          <span safe>{label}</span> {part.name === null ? '' : <code safe>{part.name}</code>}
          {part.isError ? <strong>Error</strong> : ''}
        </p>
      )}
      {excerpt.text === '' ? '' : <Said text={excerpt.text} differs={differs} />}
      {excerpt.left === 0 ? (
        ''
      ) : (
        <p class="quiet" safe>
          {`… ${formatCount(excerpt.left)} characters more`}
        </p>
      )}
      {part.isCacheMark ? <p class="cache-mark">Cache mark</p> : ''}
    </div>
  )
}

function Said({ text, differs }: { text: string; differs: boolean[] | undefined }): JSX.Element {
  if (!differs) return <pre safe>{text}</pre>
  return (
    <pre>
      {text.split('\n').map((line, at) => (
        <>
          {at === 0 ? '' : '\n'}
          {differs[at] ? <mark safe>{line}</mark> : <span safe>{line}</span>}
        </>
      ))}
    </pre>
  )
}
