import { expect, test } from 'bun:test'
import { ProxyError } from '../../../src/errors.ts'
import { Omissions } from '../../../src/providers/openai-responses/omissions.ts'
import type { PromptBody } from '../../../src/providers/openai-responses/request.ts'
import { MOST_TARGETS } from '../../../src/recent.ts'

test('a client that makes up models does not fill the memory', () => {
  const omissions = new Omissions()
  const refusal = new ProxyError('invalid_request_error', 'reasoning.summary is not supported')
  const body: PromptBody = { model: 'm', input: [], reasoning: { summary: 'auto' } }
  for (let i = 0; i <= MOST_TARGETS; i++) omissions.learn(`openai/${i}`, refusal, body)
  expect(omissions.apply(`openai/${MOST_TARGETS}`, body).reasoning).toEqual({})
  expect(omissions.apply('openai/0', body)).toBe(body)
})
