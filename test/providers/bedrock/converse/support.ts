import type { ConverseRequest } from '@aws-sdk/client-bedrock-runtime'
import type { MessagesBody } from '../../../../src/messages/request.ts'
import { toConverse } from '../../../../src/providers/bedrock/converse/request.ts'

export const NOVA = 'us.amazon.nova-pro-v1:0'
export const LLAMA = 'us.meta.llama4-maverick-17b-instruct-v1:0'
export const GPT_OSS = 'openai.gpt-oss-120b-1:0'
export const KIMI = 'moonshot.kimi-k2-thinking'
export const MISTRAL = 'mistral.mistral-large-2407-v1:0'
export const DEEPSEEK = 'us.deepseek.r1-v1:0'

/** The request as this model is sent it, without its id. */
export function converseBody(
  body: Partial<MessagesBody>,
  model: string = NOVA,
): Omit<ConverseRequest, 'modelId'> {
  const whole = {
    model: 'claude-opus-5-5',
    max_tokens: 1000,
    messages: [{ role: 'user' as const, content: 'Hello' }],
    ...body,
  }
  return toConverse(whole, { provider: 'bedrock', model, baseModel: model })
}

/** The same as JSON, which is how the service reads it: bytes are base64. */
export function converseJson(body: Partial<MessagesBody>, model?: string): unknown {
  return JSON.parse(
    JSON.stringify(converseBody(body, model), function (this: Record<string, unknown>, key, value) {
      const raw = this[key]
      return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value
    }),
  )
}

export const image = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
}
export const pdf = {
  type: 'document',
  title: 'Q3: the  "numbers".pdf',
  source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
}
