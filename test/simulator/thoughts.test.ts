import { expect, test } from 'bun:test'
import { checkThoughts, signThought } from '../../src/simulator/thoughts.ts'

const check = (model: string, ...blocks: Record<string, unknown>[]) =>
  checkThoughts(model, [{ role: 'assistant', blocks, isText: false }])
const thought = (signature: string, thinking = 'Hm.') => ({ type: 'thinking', thinking, signature })
const redacted = (data: string) => ({ type: 'redacted_thinking', data })

const CLAUDES = signThought('claude-opus-5-5', 'Hm.')
const GLMS = signThought('glm-5', 'Hm.')
const REFUSED = 'messages.0.content.0: Invalid `signature` in `thinking` block'

test('all Claudes read the same signatures, and no others', () => {
  for (const model of ['claude-haiku-4-5', 'us.anthropic.claude-opus-5-5']) {
    expect(() => check(model, thought(CLAUDES), redacted(CLAUDES))).not.toThrow()
    expect(() => check(model, thought(GLMS))).toThrow(REFUSED)
    expect(() => check(model, thought('cp1.groq.eyJhIjoxfQ'))).toThrow(REFUSED)
  }
})

test('any other model reads its own alone', () => {
  expect(() => check('glm-5', thought(GLMS))).not.toThrow()
  expect(() => check('glm-5', thought(CLAUDES))).toThrow(REFUSED)
  expect(() => check('glm-5-air', thought(GLMS))).toThrow(REFUSED)
  expect(() => check('glm-5', redacted(CLAUDES))).toThrow(
    'messages.0.content.0: Invalid `data` in `redacted_thinking` block',
  )
})

test('a thought must come back as it was, or without its words', () => {
  expect(() => check('claude-opus-5-5', thought(CLAUDES, ''))).not.toThrow()
  expect(() => check('claude-opus-5-5', thought(CLAUDES, 'Hm!'))).toThrow(REFUSED)
})

test('a real signature is taken as it is', () => {
  expect(() => check('claude-opus-5-5', thought('EqQBCgIYAhIM', 'Anything.'))).not.toThrow()
})
