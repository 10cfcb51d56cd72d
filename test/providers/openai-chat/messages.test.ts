import { describe, expect, test } from 'bun:test'
import type { Message } from '../../../src/messages/request.ts'
import { toChatMessages } from '../../../src/providers/openai-chat/messages.ts'
import { signThinking } from '../../../src/providers/translation/thinking.ts'
import { dialectOf } from './support.ts'

const openai = dialectOf('openai', 'gpt-4.1')
const generic = dialectOf('generic', 'qwen3')
const png = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
const dataUrl = 'data:image/png;base64,AAAA'

function translate(messages: Message[], dialect = openai) {
  return toChatMessages({ messages }, dialect)
}

function calls(...ids: string[]): Message {
  return {
    role: 'assistant',
    content: ids.map((id) => ({ type: 'tool_use', id, name: 'Read', input: { id } })),
  }
}

function result(tool_use_id: string, content?: unknown, is_error = false) {
  return { type: 'tool_result', tool_use_id, content, is_error }
}

describe('the system prompt', () => {
  test('is joined', () => {
    const system = [
      { type: 'text', text: 'You are Claude.' },
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
    ]
    expect(toChatMessages({ system, messages: [] }, openai)).toEqual([
      { role: 'system', content: 'You are Claude.\n\nBe brief.' },
    ])
  })

  test('keeps its cache marks for Claude behind OpenRouter', () => {
    const system = [
      {
        type: 'text',
        text: 'Hi',
        cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' },
      },
    ]
    const dialect = dialectOf('openrouter', 'anthropic/claude-sonnet-5')
    expect<unknown>(toChatMessages({ system, messages: [] }, dialect)).toEqual([
      {
        role: 'system',
        content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      },
    ])
  })

  test('in the middle of a conversation stays in its place', () => {
    const messages: Message[] = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: [{ type: 'text', text: 'It is late.' }] },
    ]
    expect(translate(messages)[1]).toEqual({ role: 'system', content: 'It is late.' })
    expect(translate(messages, generic)[1]).toEqual({
      role: 'user',
      content: '<system-reminder>\nIt is late.\n</system-reminder>',
    })
  })
})

describe('what a user sends', () => {
  test('is a string as long as it is text', () => {
    const content = [
      { type: 'text', text: 'One' },
      { type: 'text', text: 'Two' },
    ]
    expect(translate([{ role: 'user', content }])).toEqual([
      { role: 'user', content: 'One\n\nTwo' },
    ])
  })

  test('may hold images, or a note for a model that cannot see', () => {
    const content = [
      { type: 'image', source: png },
      { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
      { type: 'text', text: 'Cats?' },
    ]
    expect(translate([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: dataUrl } },
          { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
          { type: 'text', text: 'Cats?' },
        ],
      },
    ])
    const [blind] = translate([{ role: 'user', content }], dialectOf('cerebras', 'gpt-oss-120b'))
    expect(blind?.content).toBeString()
    expect(blind?.content).toContain('cannot see images')
  })

  test('may hold documents: a file for OpenAI, a note elsewhere, text as text', () => {
    const pdf = {
      type: 'document',
      title: 'a.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: 'QQ==' },
    }
    const plain = { type: 'document', title: 'b.txt', source: { type: 'text', data: 'Words' } }
    const messages: Message[] = [{ role: 'user', content: [pdf, plain] }]
    expect(translate(messages)[0]?.content).toEqual([
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,QQ==' } },
      { type: 'text', text: 'b.txt:\nWords' },
    ])
    expect(translate(messages, generic)[0]?.content).toBe(
      '[The document "a.pdf" cannot be shown to this model.]\n\nb.txt:\nWords',
    )
  })

  test('says what a document is about before it, and gives every file a name', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'QQ==' }
    const content = [
      { type: 'document', title: '', context: 'From March.', source },
      { type: 'document', title: 'b', context: 'From May.', source: { type: 'text', data: 'Hi' } },
    ]
    expect(translate([{ role: 'user', content }])[0]?.content).toEqual([
      { type: 'text', text: 'From March.' },
      {
        type: 'file',
        file: { filename: 'document', file_data: 'data:application/pdf;base64,QQ==' },
      },
      { type: 'text', text: 'From May.' },
      { type: 'text', text: 'b:\nHi' },
    ])
  })

  test('may hold an image that is not whole: a note stands for it', () => {
    const sources = [{ type: 'base64', data: 'AAAA' }, { ...png, data: '' }, { type: 'base64' }]
    for (const source of sources) {
      const [message] = translate([{ role: 'user', content: [{ type: 'image', source }] }])
      expect(message?.content).toBe('[An image was here that cannot be passed on.]')
    }
  })
})

describe('tool results', () => {
  test('follow the calls directly, in their order, with the text of the same message behind', () => {
    const messages: Message[] = [
      calls('a', 'b'),
      {
        role: 'user',
        content: [result('b', 'B'), { type: 'text', text: 'And now?' }, result('a', 'A')],
      },
    ]
    expect(translate(messages)).toMatchObject([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', function: { name: 'Read', arguments: '{"id":"a"}' } }, { id: 'b' }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'tool', tool_call_id: 'b', content: 'B' },
      { role: 'user', content: 'And now?' },
    ])
  })

  test('say that they are errors, or that there is nothing to say', () => {
    const messages: Message[] = [
      calls('a', 'b', 'c'),
      { role: 'user', content: [result('a', 'No such file', true), result('b'), result('c', [])] },
    ]
    expect(
      translate(messages)
        .slice(1)
        .map(({ content }) => content),
    ).toEqual(['Error: No such file', '(no output)', '(no output)'])
  })

  test('that are missing are made up, and those that answer nothing are left out', () => {
    const messages: Message[] = [
      calls('a'),
      { role: 'user', content: [result('ghost', 'Boo'), { type: 'text', text: 'Hi' }] },
    ]
    expect(translate(messages).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '(no result: the call was not completed)' },
      { role: 'user', content: 'Hi' },
    ])
  })

  test('show their images in a user message behind all results', () => {
    const messages: Message[] = [
      calls('a', 'b'),
      { role: 'user', content: [result('a', [{ type: 'image', source: png }]), result('b', 'B')] },
    ]
    expect(translate(messages).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: '(see below)' },
      { role: 'tool', tool_call_id: 'b', content: 'B' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Returned by Read (a):' },
          { type: 'image_url', image_url: { url: dataUrl } },
        ],
      },
    ])
  })

  test('of a tool search name the tools', () => {
    const content = [result('a', [{ type: 'tool_reference', tool_name: 'WebFetch' }])]
    expect(translate([calls('a'), { role: 'user', content }])[1]).toMatchObject({
      content: 'Tool loaded: WebFetch',
    })
  })

  test('keep their calls where ids are long, illegal or used again', () => {
    const long = `toolu_${'x'.repeat(60)}`
    const messages: Message[] = [
      calls('call_0'),
      { role: 'user', content: [result('call_0', '1')] },
      calls('call_0', long, 'functions.Read:1'),
      {
        role: 'user',
        content: [result(long, '3'), result('call_0', '2'), result('functions.Read:1', '4')],
      },
    ]
    const translated = translate(messages)
    const ids = translated.flatMap((message) =>
      message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [],
    )
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/)
    expect(
      translated.flatMap((message) =>
        message.role === 'tool' ? [[message.tool_call_id, message.content]] : [],
      ),
    ).toEqual(ids.map((id, at) => [id, `${at + 1}`]))
    expect(translate(messages)).toEqual(translated)
  })

  test('that share one id throughout a long conversation cost no more than others', () => {
    const messages = Array.from({ length: 5000 }, () => [
      calls('call_0'),
      { role: 'user' as const, content: [result('call_0', 'done')] },
    ]).flat()
    const start = performance.now()
    const ids = translate(messages).flatMap((message) =>
      message.role === 'tool' ? [message.tool_call_id] : [],
    )
    expect(new Set(ids).size).toBe(5000)
    // Hashed anew for every call before it, they took 7 s.
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

test('ten thousand calls under one id are told apart at once', () => {
  const started = performance.now()
  const [message] = translate([calls(...Array(10_000).fill('call_0'))])
  const ids = message?.role === 'assistant' ? message.tool_calls?.map(({ id }) => id) : []
  expect(new Set(ids).size).toBe(10_000)
  expect(performance.now() - started).toBeLessThan(2000)
})

describe('thinking', () => {
  const thinking = (signature: string) => ({ type: 'thinking', thinking: 'Hmm.', signature })
  const text = { type: 'text', text: 'Yes.' }
  const cerebras = dialectOf('cerebras', 'gpt-oss-120b')

  test('of Claude is dropped, and a message of nothing else with it', () => {
    const claude = thinking('EqQBCgIYAhIM1gbcDa9GJwZA2b3h')
    expect(translate([{ role: 'assistant', content: [claude, text] }], cerebras)).toEqual([
      { role: 'assistant', content: 'Yes.' },
    ])
    expect(translate([{ role: 'assistant', content: [claude] }], cerebras)).toEqual([])
  })

  test('goes back to the model that thought it, and to no other', () => {
    const own = thinking(signThinking({ provider: 'cerebras', model: 'gpt-oss-120b' }, []))
    const messages: Message[] = [{ role: 'assistant', content: [own, text] }]
    expect(translate(messages, cerebras)).toEqual([
      { role: 'assistant', content: 'Yes.', reasoning: 'Hmm.' },
    ])
    expect(translate(messages, dialectOf('groq', 'openai/gpt-oss-120b'))).toEqual([
      { role: 'assistant', content: 'Yes.' },
    ])
    expect(translate(messages, dialectOf('cerebras', 'zai-glm-4.7'))).toEqual([
      { role: 'assistant', content: 'Yes.' },
    ])
  })

  test('goes back to OpenRouter as the details it gave', () => {
    const details = [{ type: 'reasoning.text', text: 'Hmm.', signature: 'c2ln', index: 0 }]
    const model = 'anthropic/claude-sonnet-5'
    const own = thinking(signThinking({ provider: 'openrouter', model }, details))
    expect(
      translate([{ role: 'assistant', content: [own, text] }], dialectOf('openrouter', model)),
    ).toEqual([{ role: 'assistant', content: 'Yes.', reasoning_details: details }])
  })
})
