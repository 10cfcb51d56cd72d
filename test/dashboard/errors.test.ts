import { describe, expect, test } from 'bun:test'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { anAttempt, aRequest, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const THROTTLED = anAttempt({
  status: 429,
  outcome: 'rate_limited',
  error: 'Too many requests, please wait before trying again.',
  error_shape: 'Too many requests, please wait before trying again.',
})
const TOO_LONG = anAttempt({
  provider: 'anthropic',
  model: 'claude-opus-5-5',
  region: null,
  status: 400,
  outcome: 'too_long',
  error: 'prompt is too long: 203944 tokens > 200000 maximum',
  error_shape: 'prompt is too long: # tokens > # maximum',
})
const ANSWER = anAttempt({ provider: 'anthropic', model: 'claude-opus-5-5', region: null })

/** Bedrock throttles twice, the second time nobody stands in; a prompt is too long for Anthropic. */
function openErrors(more: [RequestRow, AttemptRow[]][] = []) {
  const dashboard = openDashboard()
  const { error } = TOO_LONG
  const failed = { state: 'failed', status: 529, attempt_count: 1 } as const
  const rows: [RequestRow, AttemptRow[]][] = [
    [aRequest({ id: 'req_1', created_at: NOW - 3 * HOUR, attempt_count: 2 }), [THROTTLED, ANSWER]],
    [
      aRequest({ id: 'req_2', created_at: NOW - HOUR, ...failed, error: THROTTLED.error }),
      [THROTTLED],
    ],
    [aRequest({ id: 'req_3', created_at: NOW - 2 * HOUR, ...failed, error }), [TOO_LONG]],
    ...more,
  ]
  for (const row of rows) dashboard.history.record(...row)
  return dashboard
}

const HOUR = 3_600_000

describe('the errors', () => {
  test('stand together with those that look alike, the most frequent first', async () => {
    const page = await openErrors().read('/errors')

    expect(texts(page, '.place')).toEqual([
      'Rate limited429bedrockus.anthropic.claude-sonnet-4-20250514-v1:0',
      'Too long400anthropicclaude-opus-5-5',
    ])
    expect(texts(page, '.words')).toEqual([
      'Too many requests, please wait before trying again.',
      'prompt is too long: # tokens > # maximum',
    ])
    expect(texts(page, '[data-label=Count]')).toEqual(['2', '1'])
    expect(texts(page, '[data-label="Not absorbed"]')).toEqual(['1', '1'])
    expect(select(page, '#error-table time').map(({ attributes }) => attributes.datetime)).toEqual([
      '2026-11-22T10:17:05.000Z',
      '2026-11-22T12:17:05.000Z',
      '2026-11-22T11:17:05.000Z',
      '2026-11-22T11:17:05.000Z',
    ])
  })

  test('come with what to do, and the latest in full where it is not all that is shown', async () => {
    const page = await openErrors().read('/errors')

    const [throttled, tooLong] = texts(page, '.advice')
    expect(throttled).toContain('Set rpm of the variant')
    expect(tooLong).toContain('/compact')
    expect(texts(page, 'details samp')).toEqual([TOO_LONG.error ?? ''])
    expect(select(page, '.varies')).toHaveLength(2)
  })

  test('lead to the latest request, and to those that failed with the same words', async () => {
    const { read } = openErrors()

    const ways = select(await read('/errors'), '.ways a').map(({ attributes }) => attributes.href)
    expect(ways[0]).toBe('/requests/req_2')
    expect(ways[2]).toBe('/requests/req_3')
    for (const [way, id] of [
      [ways[1], 'req_2'],
      [ways[3], 'req_3'],
    ]) {
      const found = select(await read(way ?? ''), '#request-table tbody tr')
      expect(found.map(({ attributes }) => attributes.id)).toEqual([id ?? ''])
    }
  })

  test('are led to by their target where their words tell too little', async () => {
    const short = { ...THROTTLED, error: '429: #7', error_shape: '#: #' }
    const row = aRequest({ id: 'req_4', state: 'failed', status: 429, attempt_count: 1 })
    const page = await openErrors([[row, [short, short]]]).read('/errors?kind=rate_limited')

    expect(select(page, '.ways a').map(({ attributes }) => attributes.href)).toContain(
      '/requests?range=24h&provider=bedrock&served_model=us.anthropic.claude-sonnet-4-20250514-v1%3A0&state=failed',
    )
  })

  test('lead to the failed requests of the same time, however a shape writes their words', async () => {
    const quoted = {
      ...THROTTLED,
      outcome: 'overloaded',
      error: "The model 'a b' \n is at its limit.",
      error_shape: 'The model "#" is at its limit.',
    }
    const { error } = quoted
    const failed = { state: 'failed', status: 429, error } as const
    const { read } = openErrors([
      [aRequest({ id: 'req_4', ...failed }), [quoted]],
      [aRequest({ id: 'req_old', created_at: NOW - 48 * HOUR, ...failed }), [quoted]],
    ])

    const page = await read('/errors?kind=overloaded')
    const ways = select(page, '.ways a')
    const way = ways.find(({ text }) => text === 'Failed requests')?.attributes.href ?? ''
    const found = select(await read(way), '#request-table tbody tr')
    expect(found.map(({ attributes }) => attributes.id)).toEqual(['req_4'])
  })

  test('that no client saw are counted apart', async () => {
    const page = await openErrors().read('/errors')

    expect(texts(page, '.figure')).toEqual([
      'Errors3of 2 sorts',
      'Absorbed33.3%1 no client saw',
      'Not absorbed2in requests that failed',
      'MostlyRate limited2 of 3',
    ])
  })

  test('are drawn over time by kind', async () => {
    const page = await openErrors().read('/errors')

    const counts = texts(page, '.chart td')
    expect(counts.filter((count) => count !== '0')).toEqual(['1', '1', '1'])
    expect(select(page, '.sparkline').map(({ attributes }) => attributes['aria-label'])).toEqual([
      '2 over time, at most 1 at once',
      '1 over time, at most 1 at once',
    ])
  })

  test('of many kinds share a colour from the sixth kind on', async () => {
    const kinds = ['silent', 'reset', 'unfit', 'billing', 'bad_answer', 'unsupported', 'overloaded']
    const many = kinds.map((outcome, index): [RequestRow, AttemptRow[]] => [
      aRequest({ id: `req_many_${index}`, attempt_count: 2 }),
      [anAttempt({ outcome, error: outcome, error_shape: outcome }), ANSWER],
    ])
    const page = await openErrors(many).read('/errors')

    expect(texts(page, '.chart .legend li')).toHaveLength(6)
    expect(texts(page, '.chart .legend li').at(-1)).toBe('Others')
  })

  test('for which nobody was asked say so', async () => {
    const alone = aRequest({
      id: 'req_4',
      provider: null,
      served_model: null,
      state: 'failed',
      status: 401,
      attempt_count: 0,
      error: 'groq has no key: set GROQ_API_KEY.',
    })
    const page = await openErrors([[alone, []]]).read('/errors?kind=failed')

    expect(texts(page, '.place')).toEqual(['Failed401nobody was asked'])
    expect(texts(page, '.advice')[0]).toContain('start it again')
  })
})

describe('the choices', () => {
  test('count what the other choice leaves', async () => {
    const page = await openErrors().read('/errors?kind=too_long&range=7d')

    const links = select(page, '.choices a')
    expect(links.map(({ text }) => text)).toEqual([
      'All 3',
      'Rate limited 2',
      'Too long 1',
      'All 1',
      'anthropic 1',
    ])
    expect(texts(page, '.choices [aria-current]')).toEqual(['Too long 1', 'All 1'])
    expect(links.map(({ attributes }) => attributes.href)).toEqual([
      '/errors?range=7d',
      '/errors?range=7d&kind=rate_limited',
      '/errors?range=7d&kind=too_long',
      '/errors?range=7d&kind=too_long',
      '/errors?range=7d&kind=too_long&provider=anthropic',
    ])
  })

  test('stay in the ways to another range and in what the page asks for by itself', async () => {
    const page = await openErrors().read('/errors?kind=too_long&provider=a%26b')

    expect(select(page, '#live')[0]?.attributes['hx-get']).toBe(
      '/errors?kind=too_long&provider=a%26b',
    )
    expect(select(page, '#range nav a')[0]?.attributes.href).toBe(
      '/errors?kind=too_long&provider=a%26b&range=15m',
    )
    expect(texts(page, '.empty')[0]).toContain('No error is like that')
  })

  test('of a range without errors are none, and the page says that all went well', async () => {
    const page = await openErrors().read('/errors?range=15m')

    expect(texts(page, '.empty')[0]).toContain('Nothing went wrong')
    expect(select(page, '.choices, .figure, table')).toEqual([])
  })
})

describe('the page of errors', () => {
  test('asks again only once something was recorded', async () => {
    const { history, fetch, read } = openErrors()
    const tag = select(await read('/errors'), '#live')[0]?.attributes['hx-ptag'] ?? ''
    const again = { 'hx-request-type': 'partial', 'hx-ptag': tag }

    expect((await fetch('/errors', again)).status).toBe(304)
    history.record(aRequest({ id: 'req_9' }), [])
    expect((await fetch('/errors', again)).status).toBe(200)
  })

  test('shows markup as text, wherever it stands', async () => {
    const odd = '"><img src=x onerror=alert(1)>#`\'<b>'
    const attempt = anAttempt({
      provider: odd,
      model: odd,
      outcome: odd,
      error: `${odd} in full`,
      error_shape: odd,
    })
    const page = await openErrors([
      [aRequest({ id: `req_${odd}`, attempt_count: 1 }), [attempt]],
    ]).read(`/errors?provider=${encodeURIComponent(odd)}`)

    expect(select(page, 'img, b, [onerror], [style], script:not([src])')).toEqual([])
    expect(texts(page, '.words')).toEqual([odd])
    expect(texts(page, 'details samp')).toEqual([`${odd} in full`])
    expect(texts(page, '.place')[0]).toContain(odd)
    expect(select(page, '.ways a')[0]?.attributes.href).toBe(
      `/requests/${encodeURIComponent(`req_${odd}`)}`,
    )
  })

  test('is a page whatever stands in the address', async () => {
    const { fetch } = openErrors()
    const odd = ['', '%00', "'%20OR%201=1--", '%25%5F', 'x'.repeat(50_000), '-1', '1e999', '%ED%A0']
    for (const name of ['kind', 'provider', 'range', 'since', 'until']) {
      for (const value of odd) {
        const path = `/errors?${name}=${value}&${name}=2&${name}[]=3`
        expect((await fetch(path)).status).toBe(200)
        expect((await fetch(`/errors?${name}=${value}`)).status).toBe(200)
      }
    }
    expect((await fetch('/errors?since=1&until=8640000000000000')).status).toBe(200)
  })
})
