import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { toChatBody } from '../../../src/providers/openai-chat/request.ts'
import { checkChat } from '../../../src/simulator/chat-check.ts'
import { chatServiceOf } from '../../../src/simulator/chat-service.ts'
import { Refusal } from '../../../src/simulator/refusal.ts'
import { request } from './arbitrary.ts'
import { dialectOf, requestOf } from './support.ts'

const models = {
  openai: ['gpt-4.1', 'gpt-4o', 'o3', 'gpt-5', 'gpt-5.6-terra'],
  azure: ['gpt-4.1', 'gpt-5.2'],
  cerebras: ['gpt-oss-120b', 'zai-glm-4.7', 'qwen-3-coder-480b'],
  groq: ['openai/gpt-oss-120b', 'qwen/qwen3-32b', 'meta-llama/llama-4-maverick'],
  openrouter: ['anthropic/claude-sonnet-4.5', 'google/gemini-3-pro', 'x/y'],
  deepseek: ['deepseek-v4-pro'],
  gemini: ['gemini-3-pro', 'gemini-2.0-flash'],
  mistral: ['devstral-medium'],
  moonshot: ['kimi-k2.6', 'kimi-k2-thinking', 'kimi-k2-0905'],
  xai: ['grok-4', 'grok-4.3', 'grok-3'],
  zai: ['glm-5.1', 'glm-4.6v'],
  ollama: ['gpt-oss:20b', 'llama3.3'],
  lmstudio: ['qwen3-30b-a3b'],
  vllm: ['Qwen/Qwen3-Coder'],
  generic: ['llama-4'],
} as const

const cases = Object.entries(models).flatMap(([service, names]) =>
  names.map((model) => [service as keyof typeof models, model] as const),
)

/** Azure is as strict as OpenAI; the habits of a server nobody knows are those of all. */
const JUDGES: Partial<Record<keyof typeof models, string>> = {
  azure: 'openai',
  generic: 'compatible',
}

test.each(cases)('%s takes whatever a client may ask %s', (service, model) => {
  const judge = chatServiceOf(`/as/${JUDGES[service] ?? service}/v1/chat/completions`, model)
  fc.assert(
    fc.property(request, (body) => {
      const sent = JSON.parse(
        JSON.stringify(toChatBody(requestOf(body), dialectOf(service, model))),
      )
      expect(refusalOf(() => checkChat(sent, judge))).toBeNull()
    }),
    { numRuns: 150 },
  )
})

function refusalOf(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}
