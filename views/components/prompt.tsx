import { Html } from '@elysiajs/html'
import type { Part, Prompt, Turn } from '../../src/messages/transcript.ts'
import { createExcerpts, type Excerpt } from '../excerpt.ts'
import { formatCount, formatTokens } from '../format.ts'
import { PartView } from './part.tsx'

/** The latest messages, which are what a person looks for. */
const MOST_TURNS = 120
const MOST_TOOLS = 200
const MOST_PARTS = 60

/** A body message by message; long ones are cut, and the newest have most room. */
export function PromptView({ prompt }: { prompt: Prompt }): JSX.Element {
  const { settings, system, tools, turns } = prompt
  const excerptOf = createExcerpts()
  const skipped = Math.max(0, turns.length - MOST_TURNS)
  const shown = turns
    .slice(skipped)
    .toReversed()
    .map((turn) => ({ turn, excerpts: excerpts(turn.parts, excerptOf) }))
    .toReversed()
  const systemExcerpts = excerpts(system, excerptOf)
  return (
    <div class="transcript">
      <dl class="settings">
        {settings.map(({ name, value }) => (
          <div>
            <dt safe>{name.slice(0, 100)}</dt>
            <dd safe>{excerptOf(value).text}</dd>
          </div>
        ))}
      </dl>
      {system.length === 0 ? (
        ''
      ) : (
        <details class="turn" id="system">
          <summary>
            <b>system</b>
            <Gist turn={{ role: 'system', parts: system }} />
          </summary>
          <Parts parts={system} excerpts={systemExcerpts} />
        </details>
      )}
      {tools.length === 0 ? '' : <Tools tools={tools} excerptOf={excerptOf} />}
      {skipped === 0 ? (
        ''
      ) : (
        <p class="quiet" safe>
          {`${formatCount(skipped)} earlier messages are not shown here.`}
        </p>
      )}
      {shown.map(({ turn, excerpts }, at) => (
        <details
          class="turn"
          id={`message-${skipped + at}`}
          data-role={Html.escapeHtml(turn.role)}
          open={at === shown.length - 1}
        >
          <summary>
            <b safe>{turn.role.slice(0, 20)}</b>
            <Gist turn={turn} />
          </summary>
          <Parts parts={turn.parts} excerpts={excerpts} />
        </details>
      ))}
    </div>
  )
}

function Tools({
  tools,
  excerptOf,
}: {
  tools: Prompt['tools']
  excerptOf: (t: string) => Excerpt
}) {
  return (
    <details class="turn" id="tools">
      <summary>
        <b>tools</b>
        <span class="quiet" safe>
          {tools.length === 1 ? '1 tool' : `${formatCount(tools.length)} tools`}
        </span>
      </summary>
      <dl class="tools">
        {tools.slice(0, MOST_TOOLS).map(({ name, description }) => (
          <div>
            <dt>
              <code safe>{name.slice(0, 200)}</code>
            </dt>
            <dd safe>{excerptOf(description.slice(0, 300)).text}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Parts({ parts, excerpts }: { parts: Part[]; excerpts: Excerpt[] }): JSX.Element {
  const skipped = parts.length - excerpts.length
  return (
    <div class="parts">
      {excerpts.map((excerpt, at) => {
        const part = parts[at]
        return part ? <PartView part={part} excerpt={excerpt} /> : ''
      })}
      {skipped === 0 ? (
        ''
      ) : (
        <p class="quiet" safe>
          {`${formatCount(skipped)} more blocks are not shown here.`}
        </p>
      )}
    </div>
  )
}

function excerpts(parts: Part[], excerptOf: (text: string) => Excerpt): Excerpt[] {
  return parts.slice(0, MOST_PARTS).map(({ text }) => excerptOf(text))
}

/** What a message holds, its size, and how it begins. */
function Gist({ turn: { parts } }: { turn: Turn }): JSX.Element {
  const size = parts.reduce((sum, { text }) => sum + text.length, 0)
  const said = parts.filter(({ kind, text }) => kind !== 'thinking' && text !== '')
  const begins = (said.find(({ kind }) => kind === 'text') ?? said[0])?.text ?? ''
  return (
    <>
      <span class="gist" safe>
        {begins.slice(0, 160).replace(/\s+/g, ' ').toWellFormed()}
      </span>
      <span class="quiet" safe>
        {[...kindsOf(parts), `${formatTokens(size)} characters`].join(' · ')}
      </span>
    </>
  )
}

const COUNTED: [Part['kind'], string, string][] = [
  ['thinking', 'thinking', 'thoughts'],
  ['tool_result', 'result', 'results'],
  ['media', 'image or document', 'images or documents'],
  ['other', 'other block', 'other blocks'],
]

function kindsOf(parts: Part[]): string[] {
  const called = parts.filter(({ kind }) => kind === 'tool_call').map(({ name }) => name ?? '')
  const calls = called.length === 0 ? [] : [`calls ${called.join(', ').slice(0, 100)}`]
  const counts = COUNTED.flatMap(([kind, one, many]) => {
    const count = parts.filter((part) => part.kind === kind).length
    return count === 0 ? [] : [count === 1 ? one : `${formatCount(count)} ${many}`]
  })
  return [...calls, ...counts]
}
