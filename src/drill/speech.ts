import { isRecord } from '../json.ts'
import { objectsIn } from '../simulator/json.ts'
import type { SimulatedCall, Step } from '../simulator/simulator.ts'

/** What every target of a drill says, so that a word too many or too few shows. */
export const SPEECH =
  'The failing test waits for a fixed time, and on a slow machine that time is too short. ' +
  'It should wait for the event instead, so I changed it, ran it a hundred times, and it passed ' +
  'a hundred times.'

/** After how many words two thirds of it are said. */
export const TWO_THIRDS = Math.floor((SPEECH.split(' ').length * 2) / 3)

/** Whether somebody may have said just this so far; who finds no end repeats the first word. */
export function isBeginning(text: string): boolean {
  return SPEECH.startsWith(text) || text.replaceAll(FIRST_WORD, '') === ''
}

const FIRST_WORD = SPEECH.split(' ')[0] ?? ''

/** A healthy answer: the speech, or the rest of it for a call that brings its beginning along. */
export function speak({ body }: SimulatedCall): Step & { kind: 'text' } {
  return { kind: 'text', text: SPEECH.slice(alreadySaid(body).length) }
}

function alreadySaid(body: unknown): string {
  const messages = isRecord(body) ? objectsIn(body.messages) : []
  const text = textOf(messages.findLast(({ role }) => role === 'assistant')?.content)
  return SPEECH.startsWith(text) ? text : ''
}

/** The text of a message on any wire. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}
