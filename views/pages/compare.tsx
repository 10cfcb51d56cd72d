import { Html } from '@elysiajs/html'
import type { PayloadPart } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { readSaid, type Said } from '../../src/messages/transcript.ts'
import { RequestBadge } from '../components/badge.tsx'
import { ComparisonTable } from '../components/comparison-table.tsx'
import { Model } from '../components/model.tsx'
import { Moment } from '../components/moment.tsx'
import { SaidView } from '../components/said.tsx'
import { differingLines } from '../diff.ts'

/** A request, and its answer if that was kept. */
export interface Side {
  request: RequestRow
  said: PayloadPart | null
}

export function Compare({ original, other }: { original: Side; other: Side }): JSX.Element {
  const isReplay = other.request.replay_of === original.request.id
  const a = original.said && readSaid(original.said.text)
  const b = other.said && readSaid(other.said.text)
  const marks = a && b ? marksOf(a, b) : null
  return (
    <article class="request compare">
      <h1>{isReplay ? 'A request and its replay' : 'Two requests'}</h1>
      <ComparisonTable original={original.request} other={other.request} isReplay={isReplay} />
      <div class="sides">
        <Answer
          title={isReplay ? 'Original' : 'First'}
          request={original.request}
          said={a}
          marks={marks?.[0]}
        />
        <Answer
          title={isReplay ? 'Replay' : 'Second'}
          request={other.request}
          said={b}
          marks={marks?.[1]}
        />
      </div>
    </article>
  )
}

interface AnswerProps {
  title: string
  request: RequestRow
  said: Said | null
  marks: boolean[][] | undefined
}

function Answer({ title, request, said, marks }: AnswerProps): JSX.Element {
  return (
    <section aria-label={title}>
      <h2>
        <span safe>{title}</span>{' '}
        <a href={`/requests/${encodeURIComponent(request.id)}`} safe>
          {request.id}
        </a>
      </h2>
      <p class="line">
        <RequestBadge state={request.state} status={request.status} />
        <Model name={request.served_model} region={request.region} />
        <Moment time={request.created_at} />
      </p>
      {said === null ? (
        <p class="empty">Its answer was not kept, or is not written yet.</p>
      ) : (
        <SaidView said={said} {...(marks && { differs: marks })} />
      )}
    </section>
  )
}

/** For each block of each answer, which of its lines the other has not; null where they are too long. */
function marksOf(a: Said, b: Said): [boolean[][], boolean[][]] | null {
  const differs = differingLines(linesOf(a).flat(), linesOf(b).flat())
  return differs && [byBlock(a, differs[0]), byBlock(b, differs[1])]
}

function linesOf({ parts }: Said): string[][] {
  return parts.map(({ text }) => text.split('\n'))
}

function byBlock(said: Said, marks: boolean[]): boolean[][] {
  let at = 0
  return linesOf(said).map((lines) => {
    const of = marks.slice(at, at + lines.length)
    at += lines.length
    return of
  })
}
