import { describe, expect, test } from 'bun:test'
import { continuationOf } from '../../src/messages/continuation.ts'
import type { MessagesBody } from '../../src/messages/request.ts'

const question = { role: 'user' as const, content: 'Why?' }

function bodyFor(texts: string[], isPrefill: boolean, more: Partial<MessagesBody> = {}) {
  const body = { model: 'any', max_tokens: 100, messages: [question], stream: true, ...more }
  const text = JSON.stringify(body)
  const request = {
    body,
    text,
    bytes: new TextEncoder().encode(text),
    headers: new Headers(),
    search: '',
  }
  const length = texts.join('').length
  const asked = continuationOf(request, { texts, length }, { isPrefill })
  expect(JSON.parse(asked.text)).toEqual(asked.body)
  expect(new TextDecoder().decode(asked.bytes)).toBe(asked.text)
  return asked.body
}

describe('the request for the rest of an answer', () => {
  test('ends with what was said, without the white space behind it', () => {
    const { messages } = bodyFor(['Because\n'], true)
    expect(messages).toEqual([
      question,
      { role: 'assistant', content: [{ type: 'text', text: 'Because' }] },
    ])
  })

  test('asks to go on where the model does not do so by itself', () => {
    const { messages } = bodyFor(['Because'], false)
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  })

  test('has no blank blocks, which would be refused', () => {
    const { messages } = bodyFor(['One.', '\n\n', ''], true)
    expect(messages.at(-1)?.content).toEqual([{ type: 'text', text: 'One.' }])
  })

  test('is the same as before when nothing was said', () => {
    expect(bodyFor(['', ' '], false).messages).toEqual([question])
  })

  test('goes on with an answer that the client itself had begun', () => {
    const begun = { role: 'assistant' as const, content: 'Be' }
    const { messages } = bodyFor(['cause'], true, { messages: [question, begun] })
    expect(messages).toHaveLength(2)
    expect(messages.at(-1)?.content).toEqual([
      { type: 'text', text: 'Be' },
      { type: 'text', text: 'cause' },
    ])
  })

  test('allows as many tokens as are left, and at least one', () => {
    expect(bodyFor(['x'.repeat(40)], true).max_tokens).toBe(90)
    expect(bodyFor(['x'.repeat(4000)], true).max_tokens).toBe(1)
  })

  test('turns thinking off, with all that needs it', () => {
    const keep = { type: 'clear_tool_uses_20250919' }
    const edits = [{ type: 'clear_thinking_20251015', keep: 'all' }, keep]
    const settings = {
      thinking: { type: 'adaptive' },
      output_config: { effort: 'xhigh' },
      context_management: { edits },
    }
    expect(bodyFor(['x'], true, settings)).toMatchObject({
      thinking: { type: 'disabled' },
      output_config: { effort: 'high' },
      context_management: { edits: [keep] },
    })
  })
})
