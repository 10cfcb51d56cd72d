import { createParser } from 'eventsource-parser'
import { isRecord, tryParse } from '../json.ts'
import { emptyUsage, mergeUsage, type Usage } from '../messages/usage.ts'
import { objectsIn } from '../simulator/json.ts'
import type { SimulatedCall, Step } from '../simulator/simulator.ts'
import type { Reply } from './client.ts'

/** What every target of a drill says, so that a word too many or too few shows. */
export const SPEECH =
  'The failing test waits for a fixed time, and on a slow machine that time is too short. ' +
  'It should wait for the event instead, so I changed it, ran it a hundred times, and it passed ' +
  'a hundred times.'

/** After how many words two thirds of it are said. */
export const TWO_THIRDS = Math.floor((SPEECH.split(' ').length * 2) / 3)

/** A healthy answer: the speech, or the rest of it for a call that brings its beginning along. */
export function speak({ body }: SimulatedCall): Step & { kind: 'text' } {
  return { kind: 'text', text: SPEECH.slice(alreadySaid(body).length) }
}

function alreadySaid(body: unknown): string {
  const messages = isRecord(body) ? objectsIn(body.messages) : []
  const text = spokenText(messages.findLast(({ role }) => role === 'assistant')?.content)
  return SPEECH.startsWith(text) ? text : ''
}

/** The text of a message on any wire. */
function spokenText(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}

/** What a reply amounts to, for a client that takes the protocol at its word. */
export type Answer =
  /** All of the speech, and nothing else. */
  | { kind: 'whole'; model: string; usage: Usage }
  /** An error a client can act on, with nothing but a part of the speech before it. */
  | { kind: 'error'; type: string; message: string }
  /** Neither: `why` as a sentence. */
  | { kind: 'broken'; why: string }

/** Reads a reply as strictly as the worst client would. */
export function readAnswer(reply: Reply): Answer {
  if (reply.broken !== null) return broken(reply.broken)
  const type = reply.headers.get('content-type') ?? ''
  if (reply.status === 200 && type.startsWith('text/event-stream')) return readStream(reply.body)
  const body = tryParse(reply.body)
  if (!isRecord(body)) return broken(`status ${reply.status} with a body that is no JSON object`)
  return reply.status === 200 ? readMessage(body) : readError(body)
}

function broken(why: string): Answer {
  return { kind: 'broken', why }
}

function readMessage(body: Record<string, unknown>): Answer {
  if (body.type !== 'message') return broken('status 200 with something that is no message')
  const blocks = Array.isArray(body.content) ? body.content.filter(isRecord) : []
  const text = blocks.map((block) => String(block.text ?? '')).join('')
  if (typeof body.stop_reason !== 'string') return broken('the message has no stop_reason')
  return whole(text, String(body.model), mergedUsage([body.usage]))
}

function readError(body: Record<string, unknown>, text = ''): Answer {
  const { error } = body
  const isError = body.type === 'error' && isRecord(error) && typeof error.message === 'string'
  if (!isError) return broken('an error that has not the form of one')
  if (!isBeginning(text)) return broken(`garbled text before the error: ${excerpt(text)}`)
  return { kind: 'error', type: String(error.type), message: String(error.message) }
}

function whole(text: string, model: string, usage: Usage): Answer {
  if (text === SPEECH) return { kind: 'whole', model, usage }
  return broken(
    SPEECH.startsWith(text)
      ? 'a truncated answer, presented as a whole one'
      : `a garbled answer, presented as a whole one: ${excerpt(text)}`,
  )
}

/** Whether somebody may have said just this so far; who finds no end repeats the first word. */
function isBeginning(text: string): boolean {
  return SPEECH.startsWith(text) || text.replaceAll(FIRST_WORD, '') === ''
}

const FIRST_WORD = SPEECH.split(' ')[0] ?? ''

/** The end of it, which is where things go wrong. */
function excerpt(text: string): string {
  return `…${text.slice(-80)}`
}

function mergedUsage(said: unknown[]): Usage {
  const usage = emptyUsage()
  for (const part of said) mergeUsage(usage, part)
  return usage
}

type StreamEvent = Record<string, unknown> & { type: string }

function readStream(body: string): Answer {
  const events: (StreamEvent | null)[] = []
  const parser = createParser({ onEvent: ({ event, data }) => events.push(readEvent(event, data)) })
  parser.feed(body)
  const known = events.filter((event) => event !== null)
  if (known.length < events.length) return broken('an event of the stream is no JSON')
  const said = known.filter(({ type }) => type !== 'ping')
  const last = said.at(-1)
  if (last?.type !== 'message_stop' && last?.type !== 'error') {
    return broken('the stream ended without message_stop and without an error')
  }
  const disorder = disorderIn(said)
  if (disorder !== null) return broken(disorder)
  const text = said.map(textOf).join('')
  if (last.type === 'error') return readError(last, text)
  const start = said[0]?.message
  const message = isRecord(start) ? start : {}
  const usage = mergedUsage([message.usage, ...said.map((event) => event.usage)])
  return whole(text, String(message.model), usage)
}

/** Null for what is no JSON, or not what its name says. */
function readEvent(name: string | undefined, data: string): StreamEvent | null {
  const event = tryParse(data)
  if (!isRecord(event) || typeof event.type !== 'string' || event.type !== name) return null
  return { ...event, type: event.type }
}

/** The order of events in "Streaming messages" (platform.claude.com/docs); null where it is kept. */
function disorderIn(events: StreamEvent[]): string | null {
  let begun = 0
  let isOpen = false
  let hasStopReason = false
  for (const [position, { type, index, delta }] of events.entries()) {
    const isLast = position === events.length - 1
    switch (type) {
      case 'message_start':
        if (position > 0) return 'a second message_start'
        break
      case 'content_block_start':
        if (isOpen || index !== begun) return 'a block begins out of order'
        isOpen = true
        begun++
        break
      case 'content_block_delta':
      case 'content_block_stop':
        if (!isOpen || index !== begun - 1) return `${type} for a block that is not open`
        isOpen = type === 'content_block_delta'
        break
      case 'message_delta':
        if (isOpen) return 'the message ends with a block open'
        hasStopReason = isRecord(delta) && typeof delta.stop_reason === 'string'
        break
      case 'message_stop':
        if (!isLast) return 'something follows message_stop'
        if (!hasStopReason) return 'message_stop without a stop_reason'
        break
      case 'error':
        if (!isLast) return 'something follows the error'
        break
    }
    if (position === 0 && type !== 'message_start' && type !== 'error') return 'no message_start'
  }
  return null
}

function textOf({ delta }: StreamEvent): string {
  return isRecord(delta) && typeof delta.text === 'string' ? delta.text : ''
}
