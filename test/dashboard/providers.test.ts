import { expect, test } from 'bun:test'
import { aTarget, NOW, openDashboard } from './cast.ts'
import { texts } from './select.ts'

test('the providers page lists the targets with state, wait, load, limit and reason', async () => {
  const { read } = openDashboard([
    aTarget({
      state: 'cooling',
      until: NOW + 12_000,
      reason: 'Too many requests.',
      in_flight: 1,
      requests_last_minute: 2,
    }),
    aTarget({ id: 'groq/llama', provider: 'groq', model: 'llama', region: null, rpm: null }),
  ])

  const page = await read('/providers')

  expect(texts(page, 'tbody th')).toEqual(['bedrock', 'groq'])
  expect(texts(page, 'tbody td')).toEqual([
    'us.anthropic.claude-sonnet-4-20250514-v1:0us-west-2',
    'Cooling down',
    'until 22 Nov, 13:17:17',
    '1',
    '2',
    '2',
    'Too many requests.',
    'llama',
    'Ready',
    '',
    '0',
    '1',
    'none set',
    '',
  ])
})
