import { expect, test } from 'bun:test'
import { contextWindowOf } from '../../src/providers/context-windows.ts'

test.each<[model: string, tokens: number | null]>([
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 200_000],
  ['anthropic/claude-sonnet-4.6', 200_000],
  ['claude-haiku-4-5', 200_000],
  ['claude-opus-4-7', 1_000_000],
  ['claude-haiku-5-5', 1_000_000],
  ['global.anthropic.claude-opus-5-5', 1_000_000],
  ['gpt-4o-mini', 128_000],
  ['openai/gpt-4.1', 1_047_576],
  ['gpt-5', 272_000],
  ['gpt-5.1-codex', 272_000],
  ['gpt-5-chat-latest', 128_000],
  ['gpt-5.4-mini', 272_000],
  ['gpt-5.4', 922_000],
  ['gpt-5.6-luna', null],
  ['o4-mini', 200_000],
  ['openai.gpt-oss-120b-1:0', 131_072],
  ['llama-3.3-70b-versatile', 131_072],
  ['us.meta.llama3-3-70b-instruct-v1:0', 131_072],
  ['qwen-3-coder-480b', 131_072],
  ['qwen/qwen3-coder', 262_144],
  ['', null],
  ['my-own-model', null],
])('%s takes %p tokens', (model, tokens) => {
  expect(contextWindowOf(model)).toBe(tokens)
})
