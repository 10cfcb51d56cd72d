import { expect, test } from 'bun:test'
import { retryAfterMs } from '../../src/providers/retry-after.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0)

test.each<[headers: Record<string, string>, message: string, ms: number | undefined]>([
  [{ 'retry-after': '12' }, '', 12_000],
  [{ 'retry-after': '0.4' }, '', 400],
  [{ 'retry-after-ms': '250', 'retry-after': '12' }, '', 250],
  [{ 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' }, '', 30_000],
  [{ 'retry-after': '-5' }, '', undefined],
  [{ 'retry-after': '0' }, '', undefined],
  [{ 'retry-after': '0', 'retry-after-ms': '700' }, '', 700],
  [{ 'retry-after': '9', 'retry-after-ms': '-1' }, '', 9000],
  [{ 'retry-after': '9', 'retry-after-ms': 'soon' }, '', 9000],
  [{ 'retry-after': '12, 30' }, '', undefined],
  [{ 'retry-after': 'Infinity' }, '', undefined],
  [{ 'retry-after': '0x10' }, '', undefined],
  [{ 'retry-after': '99999999999' }, '', undefined],
  [{ 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }, '', undefined],
  [{ 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }, 'Please try again in 3s.', 3000],
  [{ 'retry-after': 'soon' }, '', undefined],
  [{ 'retry-after': 'Sun, 22 Nov 2020 10:00:30 GMT' }, '', undefined],
  [{}, '', undefined],
  [
    {
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:12Z',
      'anthropic-ratelimit-requests-remaining': '5',
      'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:59Z',
    },
    '',
    12_000,
  ],
  [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2m59.56s' }, '', 179_560],
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '12ms' }, '', 12],
  [
    {
      'x-ratelimit-remaining-tokens-minute': '0',
      'x-ratelimit-reset-tokens-minute': '33.7',
    },
    '',
    33_700,
  ],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 5000) }, '', 5000],
  [
    {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(NOW / 1000 + 90),
    },
    '',
    90_000,
  ],
  [{}, 'Please retry after 9 seconds.', 9000],
  [{}, 'Please retry in 34.07s.', 34_070],
  [{}, 'Please try again in 7m12s. Need more tokens?', 432_000],
  [{}, 'Please try again in 5 minutes.', undefined],
  [{}, 'Please try again in -5s.', undefined],
  [{}, 'Rate limit reached. Please try again in 1m11.5s. Visit the console.', 71_500],
])('%j %s: %p', (headers, message, ms) => {
  expect(retryAfterMs(new Headers(headers), message, NOW)).toBe(ms as number)
})
