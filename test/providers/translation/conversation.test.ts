import { expect, test } from 'bun:test'
import { resultsOf } from '../../../src/providers/translation/conversation.ts'

const call = (id: string) => ({ type: 'tool_use', id, name: 'Read', input: {} })
const result = (tool_use_id: string, content: string) => ({
  type: 'tool_result',
  tool_use_id,
  content,
})

test('results go to their calls, whatever their order and in which message they stand', () => {
  const replies = [
    { role: 'user' as const, content: [result('b', '2'), { type: 'text', text: 'Hi' }] },
    { role: 'user' as const, content: [result('a', '1'), result('nobody', '?')] },
  ]
  const contents = resultsOf([call('a'), call('b'), call('c')], replies).map((one) => one?.content)
  expect(contents).toEqual(['1', '2', undefined])
})

test('of calls that share an id each has a result of its own, in order', () => {
  const content = [result('x', '1'), result('x', '2')]
  const results = resultsOf([call('x'), call('x'), call('x')], [{ role: 'user', content }])
  expect(results.map((one) => one?.content)).toEqual(['1', '2', undefined])
})
