import { describe, expect, test } from 'bun:test'
import { readAnswer, SPEECH, speak } from '../../src/drill/answer.ts'
import type { SimulatedCall } from '../../src/simulator/simulator.ts'

type Event = { type: string; [member: string]: unknown }

const start = { type: 'message_start', message: { model: 'claude-opus-5-5', usage: {} } }
const opened = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
const said = (text: string) => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text },
})
const closed = { type: 'content_block_stop', index: 0 }
const finished = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 12 },
}
const stop = { type: 'message_stop' }
const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
const whole = [start, opened, said(SPEECH), closed, finished, stop]

const reply = (body: string, contentType: string, status = 200) => ({
  status,
  headers: new Headers({ 'content-type': contentType }),
  body,
  broken: null,
  durationMs: 1,
})
const sse = (events: Event[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
const readStream = (events: Event[]) => readAnswer(reply(sse(events), 'text/event-stream'))
const readJson = (body: unknown, status = 200) =>
  readAnswer(reply(JSON.stringify(body), 'application/json', status))

describe('a stream', () => {
  test('with all of the speech is whole, pings or not', () => {
    expect(readStream([start, { type: 'ping' }, ...whole.slice(1)])).toMatchObject({
      kind: 'whole',
      model: 'claude-opus-5-5',
      usage: { output_tokens: 12 },
    })
  })

  test('may be carried on in a block of its own', () => {
    const first = said(SPEECH.slice(0, 20))
    const second = { ...said(SPEECH.slice(20)), index: 1 }
    const events = [
      ...[start, opened, first, closed, { ...opened, index: 1 }, second],
      ...[{ ...closed, index: 1 }, finished, stop],
    ]
    expect(readStream(events).kind).toBe('whole')
  })

  test('may end in an error behind a part of the speech', () => {
    expect(readStream([start, opened, said(SPEECH.slice(0, 30)), error])).toEqual({
      kind: 'error',
      type: 'overloaded_error',
      message: 'Overloaded',
    })
  })

  test.each(['', 'TheTheThe'])('may end in an error behind "%s"', (text) => {
    expect(readStream([start, opened, said(text), error]).kind).toBe('error')
  })

  const broken: [string, Event[], string][] = [
    ['that just ends', whole.slice(0, 3), 'without message_stop'],
    [
      'that leaves words out',
      [start, opened, said('The failing'), closed, finished, stop],
      'truncated',
    ],
    [
      'that says words twice',
      [start, opened, said(SPEECH), said('!'), closed, finished, stop],
      'garbled',
    ],
    ['that mixes two answers', [start, opened, said('Something else'), error], 'garbled text'],
    ['that skips words', [start, opened, said('The next'), error], 'garbled text'],
    ['that begins twice', [start, ...whole], 'second message_start'],
    ['that never begins', whole.slice(1), 'no message_start'],
    ['that ends twice', [...whole, stop], 'follows message_stop'],
    ['that goes on after an error', [start, error, error], 'follows the error'],
    ['that leaves a block open', [start, opened, said(SPEECH), finished, stop], 'block open'],
    ['whose block was never opened', [start, said(SPEECH), closed, finished, stop], 'not open'],
    ['whose blocks are out of order', [start, { ...opened, index: 1 }, error], 'out of order'],
    ['without a stop reason', [start, opened, said(SPEECH), closed, stop], 'stop_reason'],
  ]
  test.each(broken)('%s is broken', (_, events, why) => {
    expect(readStream(events)).toEqual({ kind: 'broken', why: expect.stringContaining(why) })
  })

  test('with an event that is no JSON is broken', () => {
    const body = `${sse(whole.slice(0, 3))}event: content_block_delta\ndata: {"type":\n\n${sse(whole.slice(3))}`
    const why = 'an event of the stream is no JSON'
    expect(readAnswer(reply(body, 'text/event-stream'))).toEqual({ kind: 'broken', why })
  })
})

describe('an answer in one piece', () => {
  const message = {
    type: 'message',
    model: 'claude-opus-5-5',
    content: [{ type: 'text', text: SPEECH }],
    stop_reason: 'end_turn',
    usage: { output_tokens: 12 },
  }

  test('with all of the speech is whole', () => {
    expect(readJson(message)).toMatchObject({ kind: 'whole', usage: { output_tokens: 12 } })
  })

  test('or an error in the form of one', () => {
    expect(readJson(error, 529)).toMatchObject({ kind: 'error', type: 'overloaded_error' })
  })

  test.each([
    ['an error with status 200', error, 200, 'no message'],
    ['an error without its form', { message: 'Overloaded' }, 529, 'the form'],
    [
      'half of the speech',
      { ...message, content: [{ text: SPEECH.slice(0, 9) }] },
      200,
      'truncated',
    ],
    ['a list', [], 200, 'no JSON object'],
  ])('%s is broken', (_, body, status, why) => {
    expect(readJson(body, status)).toEqual({ kind: 'broken', why: expect.stringContaining(why) })
  })

  test('nothing within the time a caller has is broken', () => {
    const hung = { ...reply('', '', 0), broken: 'no end within 8 s' }
    expect(readAnswer(hung)).toEqual({ kind: 'broken', why: 'no end within 8 s' })
  })
})

describe('the speech', () => {
  const sayTo = (messages: unknown[]) => {
    const call: SimulatedCall = {
      wire: 'anthropic',
      model: 'claude-opus-5-5',
      method: 'POST',
      path: '/v1/messages',
      headers: new Headers(),
      text: '',
      body: { messages },
      status: null,
      aborted: new Promise(() => {}),
      isOpen: true,
    }
    return speak(call).text
  }
  const question = { role: 'user', content: 'Why?' }
  const half = SPEECH.slice(0, 40)

  test('whoever is asked anew says all of it', () => {
    expect(sayTo([question])).toBe(SPEECH)
  })

  test.each([
    ['a prefill', [question, { role: 'assistant', content: half }]],
    [
      'a prefill in blocks',
      [question, { role: 'assistant', content: [{ type: 'text', text: half }] }],
    ],
    ['a turn to continue', [question, { role: 'assistant', content: half }, question]],
  ])('whoever gets the beginning as %s says the rest', (_, messages) => {
    expect(half + sayTo(messages)).toBe(SPEECH)
  })

  test('what somebody else said before is no beginning', () => {
    expect(sayTo([question, { role: 'assistant', content: 'Because.' }, question])).toBe(SPEECH)
  })
})
