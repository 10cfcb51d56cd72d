import { describe, expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import type { Item, ResponseEvent } from '../../../src/providers/openai-responses/events.ts'
import { ownDetails } from '../../../src/providers/translation/thinking.ts'
import { GPT, readStream, sse, translate, translateWhole } from './support.ts'

const created: ResponseEvent = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'gpt-5.6-sol-2026-07-01' },
}
const added = (output_index: number, item: Item): ResponseEvent => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
const done = (output_index: number, item: Item): ResponseEvent => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const delta = (what: string, output_index: number, words: string, summary_index = 0) => ({
  type: `response.${what}.delta`,
  output_index,
  summary_index,
  delta: words,
})
const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 12 },
}
const completed: ResponseEvent = { type: 'response.completed', response: { usage } }
const incomplete = (reason: string): ResponseEvent => ({
  type: 'response.incomplete',
  response: { incomplete_details: { reason }, usage },
})
const call = (id: string, name = 'Read'): Item => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: '',
})
const reasoning = (id: string, ...summary: string[]): Item => ({
  type: 'reasoning',
  id,
  summary: summary.map((text) => ({ type: 'summary_text', text })),
  encrypted_content: `state of ${id}`,
})
const message = (text: string): Item => ({ type: 'message', content: [{ text }] })

const SPOKEN: ResponseEvent[] = [
  created,
  added(0, { type: 'reasoning', summary: [], encrypted_content: 'unfinished' }),
  delta('reasoning_summary_text', 0, 'First'),
  delta('reasoning_summary_text', 0, ' this.'),
  delta('reasoning_summary_text', 0, 'Then that.', 1),
  done(0, reasoning('rs_0', 'First this.', 'Then that.')),
  added(1, { type: 'message', content: [] }),
  delta('output_text', 1, 'Let me'),
  delta('output_text', 1, ' look.'),
  done(1, message('Let me look.')),
  added(2, call('call_a')),
  delta('function_call_arguments', 2, '{"path":'),
  delta('function_call_arguments', 2, '"a.ts"}'),
  done(2, { ...call('call_a'), arguments: '{"path":"a.ts"}' }),
  done(3, reasoning('rs_3')),
  added(4, call('call_b')),
  delta('function_call_arguments', 4, '{}'),
  done(4, { ...call('call_b'), arguments: '{}' }),
  completed,
]

const stateOf = (block: unknown) =>
  ownDetails((block as { signature: string }).signature, GPT)?.map(
    ({ encrypted_content }) => encrypted_content,
  )

describe('a stream', () => {
  test('becomes blocks in the order of its items', () => {
    const { content, ...rest } = translate(SPOKEN).message
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'First this.\n\nThen that.' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'call_a', name: 'Read', input: { path: 'a.ts' } },
      { type: 'thinking', thinking: '' },
      { type: 'tool_use', id: 'call_b', name: 'Read', input: {} },
    ])
    expect(rest).toMatchObject({
      id: 'msg_resp_1',
      model: 'gpt-5.6-sol-2026-07-01',
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 30,
        output_tokens_details: { thinking_tokens: 12 },
      },
    })
  })

  test('carries the state of its thoughts in their signatures, without a summary too', () => {
    const { content } = translate(SPOKEN).message
    expect(stateOf(content[0])).toEqual(['state of rs_0'])
    expect(stateOf(content[3])).toEqual(['state of rs_3'])
    const silent = translate([created, done(0, reasoning('rs_0')), completed]).message
    expect(silent.content).toMatchObject([{ type: 'thinking', thinking: '' }])
    expect(stateOf(silent.content[0])).toEqual(['state of rs_0'])
  })

  test('with thoughts that nothing can go on from and that say nothing has no block for them', () => {
    const bare: Item = { type: 'reasoning', id: 'rs_0', summary: [] }
    const { content } = translate([
      created,
      done(0, bare),
      done(1, message('Hi.')),
      completed,
    ]).message
    expect(content).toEqual([{ type: 'text', text: 'Hi.' }])
  })

  test('with two items of one kind in a row tells them apart', () => {
    const { content } = translate([
      created,
      delta('reasoning_summary_text', 0, 'One.'),
      done(0, reasoning('rs_0', 'One.')),
      delta('reasoning_summary_text', 1, 'Two.'),
      done(1, reasoning('rs_1', 'Two.')),
      delta('output_text', 2, 'I look.'),
      delta('output_text', 3, 'I'),
      delta('output_text', 3, ' found it.'),
      completed,
    ]).message
    expect(content).toMatchObject([
      { type: 'thinking', thinking: 'One.\n\nTwo.' },
      { type: 'text', text: 'I look.\n\nI found it.' },
    ])
    expect(stateOf(content[0])).toEqual(['state of rs_0', 'state of rs_1'])
  })

  test('says nothing before there is content, so that another target can still be asked', () => {
    const { events } = translate(SPOKEN)
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ])
    const failed: ResponseEvent = {
      type: 'response.failed',
      response: { error: { code: 'server_error', message: 'Sorry.' } },
    }
    expect(() => translate([created, failed])).toThrow('Sorry.')
  })

  test('whose items come whole says the same as one with deltas', () => {
    const isWhole = ({ type }: ResponseEvent) => !/delta|added/.test(type)
    expect(translate(SPOKEN.filter(isWhole)).message).toEqual(translate(SPOKEN).message)
  })

  test('gives a call that repeats an id another one', () => {
    const again = [created, added(0, call('call_a')), done(0, call('call_a')), completed]
    const { content } = translate(again, { usedIds: new Set(['call_a']) }).message
    expect(content).toMatchObject([{ type: 'tool_use', id: expect.stringMatching(/^toolu_/) }])
  })

  test('gives a tool the name that the client knows', () => {
    const tools = new Map([['mcp_x_12345678', 'mcp.x']])
    const events = [created, added(0, call('call_a', 'mcp_x_12345678')), completed]
    expect(translate(events, { tools }).message.content).toMatchObject([{ name: 'mcp.x' }])
  })
})

test('an answer in one piece says the same as a stream', () => {
  const output = SPOKEN.flatMap(({ type, item }) =>
    type === 'response.output_item.done' && item ? [item] : [],
  )
  const response = { ...created.response, status: 'completed', error: null, output, usage }
  expect(translateWhole(response)).toEqual(translate(SPOKEN).message)
})

describe('the end', () => {
  const words = delta('output_text', 0, 'I ')
  const part = [created, added(0, call('call_a')), delta('function_call_arguments', 0, '{"pa')]

  test.each([
    ['everything was said', [words, completed], 'end_turn'],
    ['there is nothing to say', [completed], 'end_turn'],
    ['the output limit is reached', [words, incomplete('max_output_tokens')], 'max_tokens'],
    ['the filter steps in', [words, incomplete('content_filter')], 'refusal'],
    ['the model refuses', [delta('refusal', 0, 'I cannot.'), completed], 'refusal'],
    ['a call is cut', [...part, incomplete('max_output_tokens')], 'max_tokens'],
    [
      'a call is cut before its arguments',
      [added(0, call('call_a')), incomplete('max_output_tokens')],
      'max_tokens',
    ],
    ['the filter cuts a call', [...part, incomplete('content_filter')], 'refusal'],
  ])('when %s', (_, events, stop_reason) => {
    expect(translate([created, ...events]).message.stop_reason).toBe(stop_reason as never)
  })

  test('is missing where the stream breaks off', () => {
    expect(() => translate([created, words])).toThrow('ended before it was complete')
    expect(() => translate([])).toThrow('the answer is empty')
    expect(() => translate([...part, completed])).toThrow('not a JSON object')
  })

  test('without usage is estimated, and says so', () => {
    const { usage: guessed } = translate([created, words, { type: 'response.completed' }]).message
    expect(guessed).toMatchObject({ input_tokens: 25, estimated: true })
  })
})

describe('a failure', () => {
  async function failureOf(event: object): Promise<ProxyError> {
    try {
      translate(await readStream(sse({ type: 'response.created' }, event)))
    } catch (error) {
      if (error instanceof ProxyError) return error
      throw error
    }
    throw new Error('it did not fail')
  }
  const failed = (code: string) => ({
    type: 'response.failed',
    response: { status: 'failed', error: { code, message: 'No.' } },
  })

  test.each([
    [failed('server_error'), 'server_error'],
    [failed('rate_limit_exceeded'), 'rate_limited'],
    [failed('invalid_prompt'), 'rejected'],
    [failed('bio_policy'), 'rejected'],
    [failed('image_parse_error'), 'rejected'],
    [{ type: 'response.failed', response: { error: null } }, 'bad_answer'],
    [{ type: 'response.cancelled', response: {} }, 'bad_answer'],
    [{ type: 'error', code: 'insufficient_quota', message: 'No.', param: null }, 'billing'],
    [{ type: 'error', error: { type: 'too_many_requests', message: 'No.' } }, 'rate_limited'],
    [{ type: 'error', code: 'context_length_exceeded', message: 'No.' }, 'too_long'],
    [{ no: 'event' }, 'bad_answer'],
  ])('%j is %s', async (event, outcome) => {
    expect((await failureOf(event)).details.outcome).toBe(outcome as never)
  })

  test('in an answer in one piece is one as well', () => {
    const response = { status: 'failed', error: { code: 'server_error', message: 'Sorry.' } }
    expect(() => translateWhole(response)).toThrow('Sorry.')
    expect(() => translateWhole({ error: { message: 'Out of luck' } })).toThrow('Out of luck')
    expect(() => translateWhole({ choices: [] })).toThrow('not a response')
  })
})

test('events of any other kind are passed over', async () => {
  const other = { type: 'response.web_search_call.searching', output_index: 0, delta: { odd: 1 } }
  const events = await readStream(
    `${sse(created, other)}: a comment\n\n${sse(delta('output_text', 0, 'Hi'), completed)}data: [DONE]\n\n`,
  )
  expect(translate(events).message.content).toEqual([{ type: 'text', text: 'Hi' }])
})
