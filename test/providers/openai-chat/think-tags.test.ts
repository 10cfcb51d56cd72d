import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { ThinkTags } from '../../../src/providers/openai-chat/think-tags.ts'
import { chunk, messageOf, translate } from './support.ts'

function split(pieces: readonly string[]) {
  const tags = new ThinkTags()
  const said = [...pieces.map((piece) => tags.take(piece)), tags.end()]
  return {
    thinking: said.map(({ thinking }) => thinking).join(''),
    text: said.map(({ text }) => text).join(''),
  }
}

test.each([
  ['<think>\nHmm.</think>\n\nYes.', '\nHmm.', 'Yes.'],
  ['\n<think>Hmm.</think>', 'Hmm.', ''],
  ['<think></think>Yes.', '', 'Yes.'],
  ['<think>Cut', 'Cut', ''],
  ['Yes. <think>no</think>', '', 'Yes. <think>no</think>'],
  ['<thinking about it', '', '<thinking about it'],
  ['<thi', '', '<thi'],
  ['<think>1 </thin 2</think>a</think>b', '1 </thin 2', 'a</think>b'],
])('%j', (whole, thinking, text) => {
  expect(split([whole])).toEqual({ thinking, text })
  expect(split([...whole])).toEqual({ thinking, text })
})

test('a text that is no thought is the same, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (pieces) => {
      expect(split(['x', ...pieces])).toEqual({ thinking: '', text: `x${pieces.join('')}` })
    }),
  )
})

test('thoughts in the text of a model that has such become a block of their own', () => {
  const chunks = ['<th', 'ink>Let me see', '.</think>', '\n\nIt is ', '4.'].map((content) =>
    chunk({ content }),
  )
  const message = messageOf(translate([...chunks, chunk({}, 'stop')], { thinkTags: true }))
  expect(message.content).toMatchObject([
    { type: 'thinking', thinking: 'Let me see.', signature: expect.stringMatching(/^cp1\.test\./) },
    { type: 'text', text: 'It is 4.' },
  ])
  expect(messageOf(translate([...chunks, chunk({}, 'stop')])).content).toMatchObject([
    { type: 'text', text: '<think>Let me see.</think>\n\nIt is 4.' },
  ])
})
