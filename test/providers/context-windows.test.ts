import { expect, test } from 'bun:test'
import {
  contextWindowOf,
  maxOutputOf,
  takesMillionByBeta,
} from '../../src/providers/context-windows.ts'

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
  ['gpt-5.6-luna', 922_000],
  ['openai/gpt-6-sol', 922_000],
  ['o4-mini', 200_000],
  ['openai.gpt-oss-120b-1:0', 131_072],
  ['llama-3.3-70b-versatile', 131_072],
  ['us.meta.llama3-3-70b-instruct-v1:0', 131_072],
  ['amazon.nova-micro-v1:0', 128_000],
  ['us.amazon.nova-pro-v1:0', 300_000],
  ['global.amazon.nova-2-lite-v1:0', 1_000_000],
  ['us.meta.llama4-maverick-17b-instruct-v1:0', 1_000_000],
  ['moonshot.kimi-k2-thinking', 262_144],
  ['qwen-3-coder-480b', 131_072],
  ['qwen/qwen3-coder', 262_144],
  ['us.amazon.nova-pro-v1:0', 300_000],
  ['', null],
  ['my-own-model', null],
])('%s takes %p tokens', (model, tokens) => {
  expect(contextWindowOf(model)).toBe(tokens)
})

test.each<[model: string, tokens: number | null]>([
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 32_000],
  ['claude-haiku-4-5', 64_000],
  ['claude-sonnet-4-6', 64_000],
  ['claude-opus-4-6', 128_000],
  ['claude-opus-5-5', 128_000],
  ['gpt-5.6-sol', 128_000],
  ['gpt-4.1-mini', 32_768],
  ['llama-3.3-70b-versatile', null],
  ['my-own-model', null],
])('%s answers with %p tokens at most', (model, tokens) => {
  expect(maxOutputOf(model)).toBe(tokens)
})

test.each([
  ['claude-sonnet-4-20250514', true],
  ['us.anthropic.claude-sonnet-4-6', true],
  ['anthropic/claude-opus-4.6', true],
  ['claude-opus-4-5', false],
  ['claude-haiku-4-5', false],
  ['claude-sonnet-5', false],
  ['gpt-5', false],
])('%s takes a million tokens with a beta: %p', (model, takes) => {
  expect(takesMillionByBeta(model)).toBe(takes)
})
