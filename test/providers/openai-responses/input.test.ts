import { describe, expect, test } from 'bun:test'
import { toInput } from '../../../src/providers/openai-responses/input.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'
import { GPT, gpt, itemsOf } from './support.ts'

const text = (words: string) => ({ type: 'text', text: words })
const use = (id: string, name = 'Read') => ({ type: 'tool_use', id, name, input: { path: 'a.ts' } })
const result = (tool_use_id: string, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id,
  content: 'fine',
  ...more,
})
const image = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
}
const thought = (id: string, more: object = {}) => ({
  type: 'reasoning',
  index: 0,
  id,
  summary: [],
  encrypted_content: `state of ${id}`,
  ...more,
})
const thinking = (...details: Record<string, unknown>[]) => ({
  type: 'thinking',
  thinking: 'Hm.',
  signature: signThinking(GPT, details),
})

describe('what the model said', () => {
  test('stays in its order, and is commentary before a call and the answer behind it', () => {
    const items = itemsOf([text('Let me look.'), use('call_1'), text('Done.')], [result('call_1')])
    expect(items).toEqual([
      { role: 'assistant', content: 'Let me look.', phase: 'commentary' },
      { type: 'function_call', call_id: 'call_1', name: 'Read', arguments: '{"path":"a.ts"}' },
      { role: 'assistant', content: 'Done.', phase: 'final_answer' },
      { type: 'function_call_output', call_id: 'call_1', output: 'fine' },
    ])
  })

  test('has no phase for models that know none', () => {
    expect(itemsOf([text('Hi')], [], gpt('gpt-5.1'))).toEqual([
      { role: 'assistant', content: 'Hi' },
    ])
  })
})

describe('what the model thought', () => {
  test('goes back to it directly before what came of it, without the id of what is not stored', () => {
    const summary = [{ type: 'summary_text', text: 'Hm.' }]
    const first = thinking(thought('rs_1', { summary }))
    const items = itemsOf([first, use('call_1'), thinking(thought('rs_2')), text('Done.')])
    expect(items.slice(0, 4)).toMatchObject([
      { type: 'reasoning', summary, encrypted_content: 'state of rs_1' },
      { type: 'function_call' },
      { type: 'reasoning', summary: [], encrypted_content: 'state of rs_2' },
      { role: 'assistant', content: 'Done.' },
    ])
    expect(JSON.stringify(items)).not.toContain('"id"')
  })

  test('in several items stays several items', () => {
    const both = thinking(thought('rs_1'), thought('rs_2', { index: 1 }))
    expect(itemsOf([both, text('Done.')])).toMatchObject([
      { encrypted_content: 'state of rs_1' },
      { encrypted_content: 'state of rs_2' },
      { role: 'assistant' },
    ])
  })

  test('is left out where nothing follows it', () => {
    expect(itemsOf([text('So:'), thinking(thought('rs_1'))])).toMatchObject([{ content: 'So:' }])
    expect(itemsOf([thinking(thought('rs_1'))])).toEqual([])
  })

  test('goes to no other model or provider, and Claude’s goes nowhere', () => {
    const blocks = [thinking(thought('rs_1')), text('Done.')]
    const plain = [{ role: 'assistant', content: 'Done.', phase: 'final_answer' }]
    expect(itemsOf(blocks, [], gpt('gpt-5.6-terra'))).toEqual(plain as never)
    expect(itemsOf(blocks, [], { ...GPT, provider: 'azure' })).toEqual(plain as never)
    const claudes = { type: 'thinking', thinking: 'Hm.', signature: 'EqQB' }
    expect(itemsOf([claudes, text('Done.')])).toEqual(plain as never)
  })

  test('by Chat Completions, under the same name, is no item', () => {
    const chats = thinking({ type: 'reasoning.text', text: 'Hm.', index: 0 })
    expect(itemsOf([chats, text('Done.')])).toHaveLength(1)
  })
})

describe('the output of a call', () => {
  test('shows pictures and files itself', () => {
    const file = {
      type: 'document',
      title: 'a.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
    }
    const remote = {
      type: 'document',
      context: 'From May.',
      source: { type: 'url', url: 'https://example.com/b.pdf' },
    }
    const content = [text('Look:'), image, file, remote]
    expect(itemsOf([use('call_1')], [result('call_1', { content })]).at(-1)).toEqual({
      type: 'function_call_output',
      call_id: 'call_1',
      output: [
        { type: 'input_text', text: 'Look:' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
        {
          type: 'input_file',
          filename: 'a.pdf',
          file_data: 'data:application/pdf;base64,JVBE',
        },
        { type: 'input_text', text: 'From May.' },
        { type: 'input_file', file_url: 'https://example.com/b.pdf' },
      ],
    })
  })

  test.each([
    [{ content: 'gone', is_error: true }, 'Error: gone'],
    [{ content: '', is_error: true }, 'Error:'],
    [{ content: [text('a'), text('b')] }, 'a\nb'],
    [{ content: [] }, '(no output)'],
    [{ content: undefined }, '(no output)'],
  ])('%j is said as %j', (more, output) => {
    expect(itemsOf([use('call_1')], [result('call_1', more)]).at(-1)).toMatchObject({ output })
  })

  test('says that a picture is an error', () => {
    const reply = result('call_1', { content: [image], is_error: true })
    expect(itemsOf([use('call_1')], [reply]).at(-1)).toMatchObject({
      output: [{ type: 'input_text', text: 'Error:' }, { type: 'input_image' }],
    })
  })

  test('stands there for every call and for nothing else', () => {
    const items = itemsOf([use('call_1'), use('call_2')], [result('ghost'), result('call_2')])
    expect(items.slice(2)).toEqual([
      {
        type: 'function_call_output',
        call_id: 'call_1',
        output: '(no result: the call was not completed)',
      },
      { type: 'function_call_output', call_id: 'call_2', output: 'fine' },
    ])
  })

  test('finds its call where ids are long, illegal or used again', () => {
    const items = toInput(
      ['x'.repeat(80), 'functions.read:0', 'call_0', 'call_0'].flatMap((id) => [
        { role: 'assistant' as const, content: [use(id)] },
        { role: 'user' as const, content: [result(id, { content: id })] },
      ]),
      GPT,
    )
    const ids = items.flatMap((item) => ('call_id' in item ? [item.call_id] : []))
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(ids.filter((_, at) => at % 2 === 0)).toEqual(ids.filter((_, at) => at % 2 === 1))
  })
})

test('a system message in the middle stays in its place', () => {
  const messages = [
    { role: 'user' as const, content: 'Go' },
    { role: 'assistant' as const, content: [use('call_1')] },
    { role: 'user' as const, content: [result('call_1'), text('And now?')] },
    { role: 'system' as const, content: 'Be brief.' },
  ]
  const tail = (dialect = GPT) => toInput(messages, dialect).slice(2)
  expect(tail()).toMatchObject([
    { type: 'function_call_output' },
    { role: 'user', content: 'And now?' },
    { role: 'developer', content: 'Be brief.' },
  ])
  const generic = { ...GPT, quirks: { ...GPT.quirks, inlineSystem: false } }
  expect(tail(generic).at(-1)).toEqual({
    role: 'user',
    content: '<system-reminder>\nBe brief.\n</system-reminder>',
  })
})
