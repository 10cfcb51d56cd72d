import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readPrompt, readSaid } from '../../src/messages/transcript.ts'

const A_PART = { name: null, isError: false, isCacheMark: false }

const event = (type: string, data: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
const start = (index: number, content_block: object) =>
  event('content_block_start', { index, content_block })
const delta = (index: number, said: object) => event('content_block_delta', { index, delta: said })

describe('a prompt', () => {
  test('is read into its settings, system, tools and turns', () => {
    const body = {
      model: 'claude-opus-5-5',
      max_tokens: 10,
      thinking: { type: 'adaptive' },
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'Bash', description: 'Runs it.' }, { type: 'web_search_20260209' }],
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              is_error: true,
              content: [
                { type: 'text', text: 'no' },
                {
                  type: 'image',
                  source: { type: 'base64', media_type: 'image/png', data: '[not kept]' },
                },
              ],
            },
          ],
        },
      ],
    }

    expect(readPrompt(JSON.stringify(body))).toEqual({
      settings: [
        { name: 'model', value: 'claude-opus-5-5' },
        { name: 'max_tokens', value: '10' },
        { name: 'thinking', value: '{\n  "type": "adaptive"\n}' },
      ],
      system: [{ ...A_PART, kind: 'text', text: 'Be brief.', isCacheMark: true }],
      tools: [
        { name: 'Bash', description: 'Runs it.' },
        { name: 'web_search_20260209', description: '' },
      ],
      turns: [
        { role: 'user', parts: [{ ...A_PART, kind: 'text', text: 'Hi' }] },
        {
          role: 'assistant',
          parts: [
            { ...A_PART, kind: 'thinking', text: 'Hm.' },
            { ...A_PART, kind: 'tool_call', name: 'Bash', text: '{\n  "command": "ls"\n}' },
          ],
        },
        {
          role: 'user',
          parts: [
            {
              ...A_PART,
              kind: 'tool_result',
              name: 'Bash',
              text: 'no\n[image] image/png · [not kept]',
              isError: true,
            },
          ],
        },
      ],
    })
  })

  test('that was cut is none', () => {
    expect(readPrompt('{"model":"claude […] 7"}]}')).toBeNull()
  })
})

describe('an answer', () => {
  test('is put together from the events of its stream', () => {
    const stream = [
      event('message_start', { message: { content: [] } }),
      start(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Let me ' }),
      delta(0, { type: 'thinking_delta', thinking: 'see.' }),
      start(1, { type: 'text', text: '' }),
      event('ping', {}),
      delta(1, { type: 'text_delta', text: 'Here ' }),
      start(2, { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} }),
      delta(1, { type: 'text_delta', text: 'it is.' }),
      delta(2, { type: 'input_json_delta', partial_json: '{"command":' }),
      delta(2, { type: 'input_json_delta', partial_json: '"ls"}' }),
      event('message_delta', { delta: { stop_reason: 'tool_use' } }),
      event('message_stop', {}),
    ]

    expect(readSaid(stream.join(''))).toEqual({
      parts: [
        { ...A_PART, kind: 'thinking', text: 'Let me see.' },
        { ...A_PART, kind: 'text', text: 'Here it is.' },
        { ...A_PART, kind: 'tool_call', name: 'Bash', text: '{\n  "command": "ls"\n}' },
      ],
      stopReason: 'tool_use',
      error: null,
    })
  })

  test('that broke off is what there was of it, and why', () => {
    const said = readSaid(
      start(0, { type: 'tool_use', name: 'Bash', input: {} }) +
        delta(0, { type: 'input_json_delta', partial_json: '{"comm' }) +
        event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    )

    expect(said.parts).toEqual([{ ...A_PART, kind: 'tool_call', name: 'Bash', text: '{"comm' }])
    expect(said.error).toBe('overloaded_error: Overloaded')
  })

  test('of which the middle was cut is what is left of it', () => {
    const said = readSaid(`${start(0, { type: 'text', text: '' })}data: {"typ […]
data: nt"}

${delta(0, { type: 'text_delta', text: 'The end.' })}${delta(1, { type: 'text_delta', text: 'More.' })}`)

    expect(said.parts.map(({ text }) => text)).toEqual(['The end.', 'More.'])
  })

  test('in one piece is read as it is, and an error too', () => {
    const message = { content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn' }
    expect(readSaid(JSON.stringify(message))).toEqual({
      parts: [{ ...A_PART, kind: 'text', text: 'Hi' }],
      stopReason: 'end_turn',
      error: null,
    })
    const error = { type: 'error', error: { type: 'not_found_error', message: 'no' } }
    expect(readSaid(JSON.stringify(error)).error).toBe('not_found_error: no')
  })
})

test('nothing that may stand in a payload makes reading it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.json(), (text, value) => {
      readPrompt(text)
      readPrompt(`{"messages":${text},"system":${value},"tools":[${value}]}`)
      readPrompt(
        `{"messages":[{"role":1,"content":[${value},{"type":"tool_result","content":${value}}]}]}`,
      )
      readSaid(text)
      readSaid(`{"content":[${value}],"error":${value}}`)
      readSaid(
        `data: ${value}\n\ndata: {"type":"content_block_start","content_block":${value}}\n\n`,
      )
    }),
  )
})
