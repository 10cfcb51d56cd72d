import { Html } from '@elysiajs/html'
import type { Said } from '../../src/messages/transcript.ts'
import { createExcerpts } from '../excerpt.ts'
import { PartView } from './part.tsx'

const MOST_PARTS = 200

/** An answer in its blocks; `differs` marks the lines of each of them. */
export function SaidView({ said, differs }: { said: Said; differs?: boolean[][] }): JSX.Element {
  const excerptOf = createExcerpts()
  return (
    <div class="answer">
      {said.parts.slice(0, MOST_PARTS).map((part, at) => {
        const marks = differs?.[at]
        return (
          <PartView part={part} excerpt={excerptOf(part.text)} {...(marks && { differs: marks })} />
        )
      })}
      {said.parts.length === 0 && said.error === null ? <p class="quiet">It said nothing.</p> : ''}
      {said.error === null ? (
        ''
      ) : (
        <p class="failure">
          <samp safe>{excerptOf(said.error).text}</samp>
        </p>
      )}
      {said.stopReason === null ? (
        ''
      ) : (
        <p class="quiet">
          Stop reason: <code safe>{said.stopReason.slice(0, 100)}</code>
        </p>
      )}
    </div>
  )
}
