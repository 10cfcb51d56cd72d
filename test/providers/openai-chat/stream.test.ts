import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ProxyError } from '../../../src/errors.ts'
import { Translation } from '../../../src/providers/openai-chat/stream.ts'
import type { Completion } from '../../../src/providers/openai-chat/wire.ts'
import { clientNames } from '../../../src/providers/translation/names.ts'
import { ownDetails } from '../../../src/providers/translation/thinking.ts'
import { checkOrder, chunk, context, messageOf, translate } from './support.ts'

const finish = (reason = 'stop') => chunk({}, reason)

function call(index: number | null, id: string | null, name: string | null, json: string | null) {
  return chunk({ tool_calls: [{ index, id, function: { name, arguments: json } }] })
}

describe('what the client sees of a stream', () => {
  test('nothing before there is content', () => {
    const translation = new Translation(context)
    expect([...translation.take(chunk({ content: '' }))]).toEqual([])
    expect([
      ...translation.take(chunk({ reasoning_details: [{ type: 'reasoning.text', text: '' }] })),
    ]).toEqual([])
    expect([...translation.take(chunk({ content: 'Hi' }))].map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ])
  })

  test('the id and the model of the upstream', () => {
    const message = messageOf(translate([chunk({ content: 'Hi' }), finish()]))
    expect(message).toMatchObject({
      id: 'msg_chatcmpl-1',
      model: 'served',
      stop_reason: 'end_turn',
    })
  })

  test('reasoning, text and reasoning again are blocks of their own', () => {
    const events = translate([
      chunk({ reasoning: 'Let me ' }),
      chunk({ reasoning: 'think.' }),
      chunk({ content: 'Well, ' }),
      chunk({ reasoning_content: 'Hmm.' }),
      chunk({ content: 'yes.' }),
      finish(),
    ])
    checkOrder(events)
    expect(
      messageOf(events).content.map((block) =>
        block.type === 'text' ? block.text : block.type === 'thinking' ? `(${block.thinking})` : '',
      ),
    ).toEqual(['(Let me think.)', 'Well, ', '(Hmm.)', 'yes.'])
  })

  test('reasoning is found wherever it is not empty', () => {
    const details = [{ type: 'reasoning.text', text: 'Two.', index: 0 }]
    const events = translate([
      chunk({ reasoning: '', reasoning_content: 'One. ' }),
      chunk({ reasoning: '', reasoning_content: '', reasoning_details: details }),
      finish(),
    ])
    expect(messageOf(events).content).toMatchObject([{ thinking: 'One. Two.' }])
  })

  test('encrypted reasoning of several calls is not run together', () => {
    const encrypted = (id: string, data: string) =>
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', index: 0, id, data }] })
    const [block] = messageOf(
      translate([encrypted('a', 'AA'), encrypted('a', 'aa'), encrypted('b', 'BB'), finish()]),
    ).content
    if (block?.type !== 'thinking') throw new Error('no thinking')
    expect(ownDetails(block.signature, context)).toMatchObject([
      { id: 'a', data: 'AAaa' },
      { id: 'b', data: 'BB' },
    ])
  })

  test('a chunk with text, a call and the finish at once', () => {
    const events = translate([
      chunk(
        {
          content: 'On it.',
          tool_calls: [{ index: 0, id: 'a', function: { name: 'Read', arguments: '{"x":1}' } }],
        },
        'stop',
      ),
    ])
    checkOrder(events)
    expect(messageOf(events)).toMatchObject({
      content: [{ text: 'On it.' }, { type: 'tool_use', id: 'a', name: 'Read', input: { x: 1 } }],
      stop_reason: 'tool_use',
    })
  })

  test('no text blocks of line feeds, which Claude would refuse later', () => {
    const events = translate([
      chunk({ reasoning: 'Hmm.' }),
      chunk({ content: '\n' }),
      chunk({ content: '\n' }),
      call(0, 'a', 'Read', '{}'),
      chunk({ content: '\n' }),
      finish(),
    ])
    checkOrder(events)
    expect(messageOf(events).content.map(({ type }) => type)).toEqual(['thinking', 'tool_use'])
    expect(
      messageOf(translate([chunk({ content: '\n' }), chunk({ content: 'Hi' })])),
    ).toMatchObject({
      content: [{ text: '\nHi' }],
    })
  })

  test('a refusal is text that ends with refusal', () => {
    const message = messageOf(translate([chunk({ refusal: 'I cannot.' }), finish()]))
    expect(message).toMatchObject({ content: [{ text: 'I cannot.' }], stop_reason: 'refusal' })
  })

  test('an answer without content but with an end is an empty message', () => {
    expect(messageOf(translate([finish()])).content).toEqual([])
    expect(messageOf(translate([finish('content_filter')])).stop_reason).toBe('refusal')
  })
})

describe('tool calls', () => {
  test('are sent as they grow', () => {
    const translation = new Translation(context)
    const sent = [
      call(0, 'a', 'Read', ''),
      call(0, null, null, '{"pa'),
      call(0, null, null, 'th":1}'),
    ].map((each) => [...translation.take(each)].map(({ type }) => type))
    expect(sent).toEqual([
      ['message_start', 'content_block_start'],
      ['content_block_delta'],
      ['content_block_delta'],
    ])
  })

  test('that interleave are sent one after the other', () => {
    const events = translate([
      call(0, 'a', 'Read', '{"n":'),
      call(1, 'b', 'Grep', '{"n":'),
      call(0, null, null, '1}'),
      call(2, 'c', 'Bash', null),
      call(1, null, null, '2}'),
      finish('tool_calls'),
    ])
    checkOrder(events)
    expect(messageOf(events).content).toEqual([
      { type: 'tool_use', id: 'a', name: 'Read', input: { n: 1 } },
      { type: 'tool_use', id: 'b', name: 'Grep', input: { n: 2 } },
      { type: 'tool_use', id: 'c', name: 'Bash', input: {} },
    ])
  })

  test('wait for a late name and id', () => {
    const events = translate([
      call(0, null, null, ''),
      call(0, null, 'Read', '{'),
      call(0, 'late', null, '}'),
      call(0, 'late', 'Read', null),
      finish(),
    ])
    checkOrder(events)
    expect(messageOf(events).content).toEqual([
      { type: 'tool_use', id: 'late', name: 'Read', input: {} },
    ])
  })

  test('without ids or indexes are told apart and get ids', () => {
    const events = translate([
      call(null, null, 'Read', '{"n":1}'),
      call(null, '', 'Read', '{"n":2}'),
      finish(),
    ])
    checkOrder(events)
    const { content } = messageOf(events)
    expect(content).toMatchObject([{ input: { n: 1 } }, { input: { n: 2 } }])
    expect(new Set(content.map((block) => block.type === 'tool_use' && block.id)).size).toBe(2)
  })

  test('that all stand under index 0 are told apart by id', () => {
    const events = translate([
      call(0, 'a', 'Read', '{"n":1}'),
      call(0, 'b', 'Read', '{"n":2}'),
      finish(),
    ])
    expect(messageOf(events).content).toMatchObject([{ id: 'a' }, { id: 'b' }])
  })

  test('get a new id where theirs is in use or would be refused by Claude', () => {
    const events = translate(
      [call(0, 'call_0', 'Read', '{}'), call(1, 'functions.Read:1', 'Read', '{}'), finish()],
      { usedIds: new Set(['call_0']) },
    )
    for (const block of messageOf(events).content) {
      expect(block).toMatchObject({ id: expect.stringMatching(/^toolu_[0-9a-f]{32}$/) })
    }
  })

  test('get back the name that was shortened for the provider', () => {
    const events = translate([call(0, 'a', 'short', '{}'), finish()], {
      tools: new Map([['short', 'mcp__very.long']]),
    })
    expect(messageOf(events).content).toMatchObject([{ name: 'mcp__very.long' }])
    const unshortened = translate([call(0, 'a', 'mcp__a.b', '{}'), finish()], {
      tools: clientNames([{ name: 'mcp__a.b', input_schema: {} }]),
    })
    expect(messageOf(unshortened).content).toMatchObject([{ name: 'mcp__a.b' }])
  })

  test('of tools nobody offered get a name that Claude takes when the conversation moves there', () => {
    const names = ['functions.Read', 'Read<|channel|>commentary', `mcp__${'x'.repeat(200)}`]
    const events = translate([
      ...names.map((name, index) => call(index, `id_${index}`, name, '{}')),
      finish(),
    ])
    for (const block of messageOf(events).content) {
      expect(block).toMatchObject({ name: expect.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/) })
    }
  })

  test('without indexes go on by their ids', () => {
    const events = translate([
      call(null, 'a', 'Read', '{"n":'),
      call(null, 'b', 'Grep', '{"n":'),
      call(null, 'a', null, '1}'),
      call(null, 'b', null, '2}'),
      finish(),
    ])
    expect(messageOf(events).content).toMatchObject([
      { id: 'a', input: { n: 1 } },
      { id: 'b', input: { n: 2 } },
    ])
  })

  test('take arguments that are missing, null or an object already', () => {
    const events = translate([
      call(0, 'a', 'A', null),
      call(1, 'b', 'B', 'null'),
      chunk({ tool_calls: [{ index: 2, id: 'c', function: { name: 'C', arguments: { n: 3 } } }] }),
      finish(),
    ])
    checkOrder(events)
    expect(messageOf(events).content).toMatchObject([
      { input: {} },
      { input: {} },
      { input: { n: 3 } },
    ])
  })

  test('keep a null that comes by itself', () => {
    const pieces = ['{"limit":', 'null', ',"lines":[', 'null', ']}']
    const events = translate([
      call(0, 'a', 'Read', ''),
      ...pieces.map((json) => call(0, null, null, json)),
      finish(),
    ])
    expect(messageOf(events).content).toMatchObject([{ input: { limit: null, lines: [null] } }])
  })

  test('cut by the output limit end with max_tokens, so that nobody carries them out', () => {
    const events = translate([call(0, 'a', 'Write', '{"text":"half'), finish('length')])
    checkOrder(events)
    expect(messageOf(events).stop_reason).toBe('max_tokens')
  })

  test.each([
    ['length', 'max_tokens'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
  ] as const)(
    'cut by %s before their arguments, or inside, are not carried out',
    (reason, stop) => {
      const whole = call(0, 'a', 'Read', '{"n":1}')
      for (const json of ['', '{"n":']) {
        const events = translate([whole, call(1, 'b', 'EnterPlanMode', json), finish(reason)])
        expect(messageOf(events).stop_reason).toBe(stop)
      }
      expect(messageOf(translate([whole, finish(reason)])).stop_reason).toBe('tool_use')
    },
  )

  test('with broken arguments are no answer', () => {
    expect(() => translate([call(0, 'a', 'Write', '{"text":'), finish('stop')])).toThrow(
      'not a JSON object',
    )
    expect(() => translate([call(0, 'a', null, '{}'), finish('stop')])).toThrow('names no tool')
  })
})

describe('usage', () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
    completion_tokens_details: { reasoning_tokens: 5 },
  }
  const expected = {
    input_tokens: 30,
    output_tokens: 20,
    cache_read_input_tokens: 60,
    cache_creation_input_tokens: 10,
    output_tokens_details: { thinking_tokens: 5 },
  }

  test('may come with the finish, behind it, or in x_groq', () => {
    const chunks: Completion[][] = [
      [chunk({ content: 'Hi' }), { ...finish(), usage }],
      [chunk({ content: 'Hi' }), finish(), { choices: [], usage }],
      [chunk({ content: 'Hi' }), finish(), { ...chunk({ content: '' }), usage }],
      [chunk({ content: 'Hi' }), { ...finish(), x_groq: { usage } }],
    ]
    for (const each of chunks) expect(messageOf(translate(each)).usage).toEqual(expected)
  })

  test('may count the thinking beside the rest', () => {
    const beside = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    }
    const answered = (usage: object) =>
      messageOf(translate([chunk({ content: 'Hi' }), { ...finish(), usage }])).usage
    expect(answered(beside)).toMatchObject({ input_tokens: 32, output_tokens: 103 })
    const inside = { ...beside, completion_tokens: 103 }
    expect(answered(inside)).toMatchObject({ input_tokens: 32, output_tokens: 103 })
  })

  test.each(['prompt_cache_hit_tokens', 'cached_tokens'])('may name the cache %s', (name) => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, [name]: 60 }
    const message = messageOf(translate([chunk({ content: 'Hi' }), { ...finish(), usage }]))
    expect(message.usage).toMatchObject({ input_tokens: 40, cache_read_input_tokens: 60 })
  })

  test('is estimated where there is none, never 0, and says so', () => {
    expect(messageOf(translate([chunk({ content: 'x'.repeat(40) }), finish()])).usage).toEqual({
      input_tokens: 25,
      output_tokens: 10,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      estimated: true,
    })
  })

  test('is not marked before it is known: the SDK would keep the mark', () => {
    const [start] = translate([chunk({ content: 'Hi' }), finish()])
    expect(start).toMatchObject({ type: 'message_start', message: { usage: { output_tokens: 0 } } })
    expect(JSON.stringify(start)).not.toContain('estimated')
  })
})

describe('an end', () => {
  const outcome = (run: () => unknown) => {
    try {
      run()
    } catch (error) {
      return error instanceof ProxyError ? error.details.outcome : error
    }
    return 'none'
  }

  test('without a finish and without [DONE] is a cut', () => {
    expect(() => translate([chunk({ content: 'Hi' })], { isDone: false })).toThrow(
      'ended before it was complete',
    )
    expect(outcome(() => translate([chunk({ content: 'Hi' })], { isDone: false }))).toBe(
      'bad_answer',
    )
  })

  test('with either of the two is an end', () => {
    expect(messageOf(translate([chunk({ content: 'Hi' })])).stop_reason).toBe('end_turn')
    expect(messageOf(translate([call(0, 'a', 'Read', '')])).stop_reason).toBe('tool_use')
    expect(
      messageOf(translate([chunk({ content: 'Hi' }), finish()], { isDone: false })).stop_reason,
    ).toBe('end_turn')
  })

  test('of an answer that says nothing is no answer', () => {
    expect(outcome(() => translate([]))).toBe('bad_answer')
    expect(outcome(() => translate([chunk({ content: '' })]))).toBe('bad_answer')
  })

  test('with finish_reason "error" is the failure of the server', () => {
    expect(outcome(() => translate([chunk({ content: 'Hi' }, 'error')]))).toBe('server_error')
  })

  test.each(['MALFORMED_FUNCTION_CALL', 'function_call_filter: MALFORMED_FUNCTION_CALL'])(
    'with %s is no empty message that ends the turn',
    (reason) => {
      expect(outcome(() => translate([finish(reason)]))).toBe('server_error')
    },
  )

  test.each([
    ['stop', 'end_turn'],
    ['function_call', 'end_turn'],
    ['eos', 'end_turn'],
    ['length', 'max_tokens'],
    ['MAX_TOKENS', 'max_tokens'],
    ['model_length', 'max_tokens'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['content_filter', 'refusal'],
    ['content-filter', 'refusal'],
    ['SAFETY', 'refusal'],
    ['BLOCKLIST', 'refusal'],
    ['content_filter: PROHIBITED_CONTENT', 'refusal'],
    ['sensitive', 'refusal'],
  ])('in %s is an end in %s', (reason, expected) => {
    const events = translate([chunk({ content: 'Hi' }, reason)])
    expect(messageOf(events).stop_reason).toBe(expected as 'end_turn')
  })

  test.each(['error', 'insufficient_system_resource', 'network_error', 'abort'])(
    'in %s is none, whatever was called',
    (reason) => {
      expect(outcome(() => translate([call(0, 'a', 'Read', '{}'), finish(reason)]))).toBe(
        'server_error',
      )
    },
  )

  test('keeps the first finish_reason', () => {
    const events = translate([chunk({ content: 'Hi' }, 'length'), chunk({}, 'stop')])
    expect(messageOf(events).stop_reason).toBe('max_tokens')
  })
})

test('any sequence of chunks gives blocks in order and arguments that are JSON', () => {
  const json = fc.record({ a: fc.string(), n: fc.integer() }).map((value) => JSON.stringify(value))
  const calls = fc.array(fc.tuple(fc.constantFrom('Read', 'Bash'), json), { maxLength: 4 })
  const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { maxLength: 60 })
  fc.assert(
    fc.property(calls, steps, (all, order) => {
      const left = all.map(([, text]) => text)
      const started = new Set<number>()
      const chunks = order.map(([which, size]): Completion => {
        const at = which - 2
        const text = left[at]
        if (which === 0) return chunk({ content: 'text'.slice(0, size) })
        if (which === 1 || text === undefined) return chunk({ reasoning: 'thought'.slice(0, size) })
        left[at] = text.slice(size)
        const isFirst = !started.has(at)
        started.add(at)
        return call(
          at,
          isFirst ? `id_${at}` : null,
          isFirst ? (all[at]?.[0] ?? null) : null,
          text.slice(0, size),
        )
      })
      const rest = left.map((text, at) => {
        const isFirst = !started.has(at)
        return call(at, isFirst ? `id_${at}` : null, isFirst ? (all[at]?.[0] ?? null) : null, text)
      })
      const events = translate([...chunks, ...rest, chunk({}, 'stop')])
      checkOrder(events)
      const inputs = messageOf(events).content.flatMap((block) =>
        block.type === 'tool_use' ? [[block.id, JSON.stringify(block.input)]] : [],
      )
      expect(inputs.sort()).toEqual(all.map(([, text], at) => [`id_${at}`, text]).sort())
    }),
  )
})
