import { expect, test } from 'bun:test'
import { tokenEstimate } from '../../../src/messages/estimate.ts'
import { contextOf } from '../../../src/providers/translation/context.ts'
import { callOf } from '../openai-chat/support.ts'

test('a request is estimated as the model counts that answers it', () => {
  const tools = [{ name: 'Read', input_schema: { type: 'object', properties: {} } }]
  const call = callOf({ model: 'claude-opus-5-5', tools })
  const estimate = tokenEstimate(call.request.body)
  expect(contextOf(call).inputTokens).toBe(estimate('gpt-oss-120b'))
  expect(contextOf(call).inputTokens).not.toBe(estimate('claude-opus-5-5'))
})
