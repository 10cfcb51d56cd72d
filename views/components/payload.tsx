import { Html } from '@elysiajs/html'
import type { Payload, PayloadPart } from '../../src/history/answers.ts'
import { readPrompt, readSaid } from '../../src/messages/transcript.ts'
import { createExcerpts } from '../excerpt.ts'
import { formatCount, formatTokens } from '../format.ts'
import { PromptView } from './prompt.tsx'
import { SaidView } from './said.tsx'

/** What a request and its answer said, as far as it was kept. */
export function PayloadView({ id, payload }: { id: string; payload: Payload | null }) {
  const { request = null, response = null } = payload ?? {}
  if (!request && !response) return <NotKept />
  return (
    <>
      {response ? (
        <section aria-labelledby="answer-heading">
          <h2 id="answer-heading">Answer</h2>
          <PartNote part={response} />
          <SaidView said={readSaid(response.text)} />
          <Raw id={id} part={response} />
        </section>
      ) : (
        ''
      )}
      {request ? <PromptSection id={id} part={request} /> : ''}
    </>
  )
}

function PromptSection({ id, part }: { id: string; part: PayloadPart }): JSX.Element {
  const prompt = readPrompt(part.text)
  return (
    <section aria-labelledby="prompt-heading">
      <h2 id="prompt-heading">Prompt</h2>
      <PartNote part={part} />
      {prompt ? <PromptView prompt={prompt} /> : ''}
      <Raw id={id} part={part} isOpen={prompt === null} />
    </section>
  )
}

function PartNote({ part: { bytes, is_cut } }: { part: PayloadPart }): JSX.Element {
  return (
    <p class="quiet">
      <span safe>{`${formatTokens(bytes)} bytes`}</span>
      {is_cut ? ', not all of it kept: cut for its length, or images and documents left out' : ''}
    </p>
  )
}

/** The text itself, a part of it where it is long. */
function Raw({ id, part, isOpen = false }: { id: string; part: PayloadPart; isOpen?: boolean }) {
  const { text, left } = createExcerpts()(part.text)
  return (
    <details class="raw" open={isOpen}>
      <summary>As it went over the wire</summary>
      <pre tabindex="0" safe>
        {text}
      </pre>
      <p class="quiet">
        {left === 0 ? '' : <span safe>{`${formatCount(left)} characters more. `}</span>}
        <a href={`/api/requests/${encodeURIComponent(id)}/payload`}>All of it as JSON</a>
      </p>
    </details>
  )
}

function NotKept(): JSX.Element {
  return (
    <section aria-labelledby="prompt-heading">
      <h2 id="prompt-heading">Prompt and answer</h2>
      <p class="empty">
        What this request and its answer said was not kept. To keep it from now on, set{' '}
        <code>history.payloads</code> to <code>all</code>, or to <code>errors</code> for those that
        fail, in the configuration.
      </p>
    </section>
  )
}
