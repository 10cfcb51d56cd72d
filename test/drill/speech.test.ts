import { expect, test } from 'bun:test'
import { isBeginning, SPEECH, speak } from '../../src/drill/speech.ts'
import type { SimulatedCall } from '../../src/simulator/simulator.ts'

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

test('a part of it is a beginning, and so is one word without end', () => {
  expect([half, '', 'TheTheThe', 'The next'].map(isBeginning)).toEqual([true, true, true, false])
})
