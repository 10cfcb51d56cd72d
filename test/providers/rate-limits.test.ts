import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Quota, quotasIn } from '../../src/providers/rate-limits.ts'
import { retryAfterMs } from '../../src/providers/retry-after.ts'
import { RECORDED, recorded } from '../support/recorded.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0)
const quotas = (headers: Record<string, string>) => quotasIn(new Headers(headers), NOW)

describe('what is left of a budget', () => {
  test.each<[service: string, headers: Record<string, string>, quotas: Quota[]]>([
    ['nobody', {}, []],
    [
      'Anthropic',
      {
        'anthropic-ratelimit-requests-limit': '4000',
        'anthropic-ratelimit-requests-remaining': '3999',
        'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:01Z',
        'anthropic-ratelimit-tokens-limit': '480000',
        'anthropic-ratelimit-tokens-remaining': '470000',
        'anthropic-ratelimit-tokens-reset': '2026-11-22T10:00:04Z',
        'anthropic-ratelimit-input-tokens-limit': '400000',
        'anthropic-ratelimit-input-tokens-remaining': '390000',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:02Z',
        'anthropic-ratelimit-output-tokens-limit': '80000',
        'anthropic-ratelimit-output-tokens-remaining': '79000',
        'anthropic-ratelimit-output-tokens-reset': '2026-11-22T10:00:03Z',
      },
      [
        { kind: 'tokens', limit: 400_000, remaining: 390_000, resetMs: 2000 },
        { kind: 'requests', limit: 4000, remaining: 3999, resetMs: 1000 },
      ],
    ],
    [
      'Anthropic, when no more answers are paid for',
      {
        'anthropic-ratelimit-input-tokens-limit': '400000',
        'anthropic-ratelimit-input-tokens-remaining': '390000',
        'anthropic-ratelimit-output-tokens-limit': '80000',
        'anthropic-ratelimit-output-tokens-remaining': '0',
        'anthropic-ratelimit-output-tokens-reset': '2026-11-22T10:00:30Z',
      },
      [{ kind: 'tokens', limit: 80_000, remaining: 0, resetMs: 30_000 }],
    ],
    [
      'OpenAI',
      {
        'x-ratelimit-limit-requests': '10000',
        'x-ratelimit-remaining-requests': '9999',
        'x-ratelimit-reset-requests': '8.64s',
        'x-ratelimit-limit-tokens': '200000',
        'x-ratelimit-remaining-tokens': '199961',
        'x-ratelimit-reset-tokens': '11ms',
      },
      [
        { kind: 'requests', limit: 10_000, remaining: 9999, resetMs: 8640 },
        { kind: 'tokens', limit: 200_000, remaining: 199_961, resetMs: 11 },
      ],
    ],
    [
      'Groq, whose token headers vanish at the limit of requests',
      {
        'x-ratelimit-limit-requests': '14400',
        'x-ratelimit-remaining-requests': '14370',
        'x-ratelimit-reset-requests': '2m59.56s',
      },
      [{ kind: 'requests', limit: 14_400, remaining: 14_370, resetMs: 179_560 }],
    ],
    [
      'Cerebras',
      {
        'x-ratelimit-limit-requests-day': '14400',
        'x-ratelimit-remaining-requests-day': '14000',
        'x-ratelimit-reset-requests-day': '43200.5',
        'x-ratelimit-limit-requests-minute': '30',
        'x-ratelimit-remaining-requests-minute': '29',
        'x-ratelimit-reset-requests-minute': '2',
        'x-ratelimit-limit-tokens-minute': '60000',
        'x-ratelimit-remaining-tokens-minute': '0',
        'x-ratelimit-reset-tokens-minute': '33.7',
      },
      [
        { kind: 'requests', limit: 30, remaining: 29, resetMs: 2000 },
        { kind: 'tokens', limit: 60_000, remaining: 0, resetMs: 33_700 },
      ],
    ],
    [
      'OpenRouter',
      {
        'X-RateLimit-Limit': '20',
        'X-RateLimit-Remaining': '0',
        'X-RateLimit-Reset': String(NOW + 42_000),
      },
      [{ kind: 'requests', limit: 20, remaining: 0, resetMs: 42_000 }],
    ],
    [
      'DigitalOcean, in Unix seconds',
      {
        'x-ratelimit-remaining-tokens-per-minute': '100',
        'x-ratelimit-reset-tokens-per-minute': String(NOW / 1000 + 7),
      },
      [{ kind: 'tokens', limit: null, remaining: 100, resetMs: 7000 }],
    ],
  ])('%s', (_, headers, expected) => {
    expect(quotas(headers).toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual(
      expected.toSorted((a, b) => a.kind.localeCompare(b.kind)),
    )
  })

  test.each<[what: string, headers: Record<string, string>, quotas: Quota[]]>([
    ['a remainder in words', { 'x-ratelimit-remaining-requests': 'some' }, []],
    ['a negative remainder', { 'x-ratelimit-remaining-requests': '-1' }, []],
    ['NaN', { 'x-ratelimit-remaining-tokens': 'NaN' }, []],
    ['a header that came twice', { 'x-ratelimit-remaining-tokens': '5, 7' }, []],
    [
      'a limit that means none',
      { 'x-ratelimit-limit-requests': '-1', 'x-ratelimit-remaining-requests': '0' },
      [],
    ],
    [
      'more left than there is',
      { 'x-ratelimit-limit-requests': '5', 'x-ratelimit-remaining-requests': '9' },
      [{ kind: 'requests', limit: 5, remaining: 5, resetMs: null }],
    ],
    [
      'a reset in 2099',
      {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2099-01-01T00:00:00Z',
      },
      [{ kind: 'requests', limit: null, remaining: 0, resetMs: null }],
    ],
    [
      'a reset that has passed',
      {
        'anthropic-ratelimit-requests-remaining': '3',
        'anthropic-ratelimit-requests-reset': '2026-11-22T09:59:00Z',
      },
      [{ kind: 'requests', limit: null, remaining: 3, resetMs: null }],
    ],
    [
      'a negative reset',
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '-3' },
      [{ kind: 'tokens', limit: null, remaining: 0, resetMs: null }],
    ],
    [
      'budgets of other things',
      {
        'x-ratelimit-remaining-images': '0',
        'anthropic-ratelimit-unified-remaining': '0',
        'anthropic-priority-input-tokens-remaining': '0',
      },
      [],
    ],
  ])('%s is left out or bounded', (_, headers, expected) => {
    expect(quotas(headers)).toEqual(expected)
  })

  test('whatever the headers say, is a number that can be true', () => {
    const value = fc.oneof(
      fc.stringMatching(/^[!-~ ]{0,20}$/),
      fc.double().map(String),
      fc.bigInt().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.nat().map((ms) => `${ms}ms`),
    )
    const budget = fc.constantFrom(
      'anthropic-ratelimit-tokens-X',
      'anthropic-ratelimit-requests-X',
      'x-ratelimit-X-requests',
      'x-ratelimit-X-tokens-minute',
      'x-ratelimit-X',
    )
    const entry = fc.tuple(budget, fc.constantFrom('limit', 'remaining', 'reset'), value)
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), value, value, (entries, seconds, ms) => {
        const headers = new Headers({ 'retry-after': seconds, 'retry-after-ms': ms })
        for (const [name, part, text] of entries) headers.set(name.replace('X', part), text)
        for (const { limit, remaining, resetMs } of quotasIn(headers, NOW)) {
          expect(remaining).toBeGreaterThanOrEqual(0)
          expect(remaining).toBeLessThanOrEqual(limit ?? Number.MAX_SAFE_INTEGER)
          expect(limit ?? 1).toBeGreaterThan(0)
          expect(resetMs ?? 1).toBeGreaterThan(0)
          expect(resetMs ?? 1).toBeLessThanOrEqual(7 * 86_400_000)
        }
        const wait = retryAfterMs(headers, seconds, NOW) ?? 1
        expect(wait).toBeGreaterThan(0)
        expect(wait).toBeLessThanOrEqual(7 * 86_400_000)
      }),
      { numRuns: 500 },
    )
  })
})

test.skipIf(!RECORDED)('the recorded headers of Anthropic and OpenAI are read', async () => {
  const names = ['anthropic/stream-tool-use-with-ratelimit-headers', 'openai/tool-calls-json-1']
  for (const name of names) {
    const { response } = await recorded(name)
    const kinds = quotasIn(new Headers(response.headers), NOW).map(({ kind }) => kind)
    expect(kinds.toSorted()).toEqual(['requests', 'tokens'])
  }
})
