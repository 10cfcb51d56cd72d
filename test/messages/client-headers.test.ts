import { expect, test } from 'bun:test'
import { keptHeaders } from '../../src/messages/client-headers.ts'
import { createRedactor } from '../../src/redact.ts'

test('of Claude Code what it says of itself is kept, and nothing that changes with every request', () => {
  const said = {
    accept: 'application/json',
    'anthropic-beta': 'claude-code-20250219,effort-2025-11-24',
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    'user-agent': 'claude-cli/2.1.330 (external, cli)',
    'x-app': 'cli',
    'x-claude-code-agent-type': 'general-purpose',
    'x-claude-code-request-class': 'subagent',
    'x-stainless-lang': 'js',
    'x-stainless-package-version': '0.128.0',
  }
  const others = {
    authorization: 'Bearer a-secret',
    'x-api-key': 'a-secret',
    cookie: 'a=secret',
    'proxy-authorization': 'Basic secret',
    'x-claude-code-session-id': '00000000-0000-4000-8000-000000000000',
    'x-claude-code-prompt-id': 'ea6efb20-cfb1-4f52-8984-0cc5f3cc9fb7',
    'x-stainless-retry-count': '1',
    'x-stainless-timeout': '600',
    'x-anything-else': 'a-secret',
  }
  expect(keptHeaders(new Headers({ ...others, ...said }), (text) => text)).toEqual(said)
})

test('secrets in them are not, and neither is one that is longer than any there is', () => {
  const headers = new Headers({
    'user-agent': `curl a-key-of-ours sk-ant-${'x'.repeat(40)}`,
    'anthropic-beta': 'b'.repeat(100_000),
  })
  const kept = keptHeaders(headers, createRedactor(['a-key-of-ours']))
  expect(kept).toEqual({ 'user-agent': 'curl *** ***' })
})
