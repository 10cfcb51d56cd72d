import { describe, expect, test } from 'bun:test'
import type { AttemptRow, RequestRow } from '../../src/history/schema.ts'
import { anAttempt, aRequest, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const RESCUED = aRequest({ attempt_count: 2, duration_ms: 1000, cost_usd: 0.0123 })
const ATTEMPTS = [
  anAttempt({
    outcome: 'rate_limited',
    status: 429,
    error: 'Too many requests.',
    first_event_ms: null,
    duration_ms: 200,
  }),
  anAttempt({ provider: 'openrouter', started_ms: 200, first_event_ms: 300, duration_ms: 800 }),
]

describe('the page of a request', () => {
  test('tells what each target that was asked said', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, ATTEMPTS)

    const page = await read(`/requests/${RESCUED.id}`)

    expect(texts(page, 'h1')).toEqual([RESCUED.id])
    expect(texts(page, '#attempts .badge')).toEqual(['Rate limited429', 'Answered200'])
    expect(texts(page, '#attempts samp')).toEqual(['Too many requests.'])
  })

  test('draws each attempt over the stretch of the request it took', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, ATTEMPTS)

    const page = await read(`/requests/${RESCUED.id}`)

    expect(bars(page, 'waited')).toEqual([])
    expect(bars(page, 'silent')).toEqual(['0 to 20', '20 to 50'])
    expect(bars(page, 'flow')).toEqual(['50 to 100'])
  })

  test('says why each target was asked, and shows how long the request waited for it', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, [
      anAttempt({
        reason: 'holds the session’s prompt cache',
        first_event_ms: null,
        duration_ms: 100,
      }),
      anAttempt({
        reason: 'second try',
        wait_ms: 300,
        started_ms: 400,
        first_event_ms: 200,
        duration_ms: 600,
      }),
    ])

    const page = await read(`/requests/${RESCUED.id}`)

    expect(texts(page, '.why')).toEqual([
      'holds the session’s prompt cache',
      'second try',
      'after a wait of 0.30 s',
    ])
    expect(bars(page, 'waited')).toEqual(['10 to 40'])
    expect(bars(page, 'silent')).toEqual(['0 to 10', '40 to 60'])
    const told = [
      'asked at 0 ms, ended after 0.10 s',
      'waited 0.30 s, asked at 0.40 s, first event after 0.20 s, ended after 0.60 s',
    ]
    expect(select(page, 'svg[role=img].bar').map((bar) => bar.attributes['aria-label'])).toEqual(
      told,
    )
    expect(texts(page, '.bar title')).toEqual(told)
    expect(texts(page, '.legend li')).toEqual([
      'waiting for its turn',
      'until the headers',
      'until the first event',
      'the answer',
    ])
  })

  test('tells the headers from the first event, and what a refusal asked for', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, [
      anAttempt({
        outcome: 'rate_limited',
        error: 'Too many requests.',
        headers_ms: 100,
        first_event_ms: null,
        duration_ms: 100,
        retry_after_ms: 30_000,
      }),
      anAttempt({ started_ms: 200, headers_ms: 100, first_event_ms: 300, duration_ms: 800 }),
    ])

    const page = await read(`/requests/${RESCUED.id}`)

    expect(bars(page, 'asked')).toEqual(['0 to 10', '20 to 30'])
    expect(bars(page, 'silent')).toEqual(['30 to 50'])
    expect(bars(page, 'flow')).toEqual(['50 to 100'])
    expect(texts(page, '.retry-after')).toEqual(['It asked to be left alone for 30.0 s.'])
    expect(texts(page, '.scale text')).toEqual([
      '0',
      '0.20 s',
      '0.40 s',
      '0.60 s',
      '0.80 s',
      '1.00 s',
    ])
  })

  test('tells what the fallback brought, and what became of the prompt cache', async () => {
    const { history, read } = openDashboard()
    const request = aRequest({
      preferred_provider: 'anthropic',
      preferred_model: 'claude-opus-5-5',
      throttles_absorbed: 2,
      wait_avoided_ms: 41_000,
      extra_cost_usd: -0.5,
      is_weaker: true,
      partial_cost_usd: 0.02,
      prefix_change: 'tools[3]',
      cache_lost_why: 'target',
      cache_lost_tokens: 61_234,
      cache_lost_usd: 0.0345,
    })
    history.record(request, [])

    const page = await read(`/requests/${request.id}`)

    expect(texts(page, 'section[aria-labelledby=ledger-heading] dd')).toEqual([
      'anthropicclaude-opus-5-5',
      '2',
      '41.0 s',
      '$0.5000 less',
      'yes',
      '$0.0200',
    ])
    expect(texts(page, 'section[aria-labelledby=cache-heading] dd')).toEqual([
      '82.4% of what went in',
      'changed at the fourth tool',
      '61,234 tokens',
      'Another target answered',
      '$0.0345 more than reading',
    ])
  })

  test.each([
    [null, 'a first turn, or not known'],
    ['none', 'the beginning stayed the same'],
    ['model', 'changed at the model'],
    ['system[0]', 'changed at the first block of the system prompt'],
    ['messages[4]', 'changed at the fifth message'],
  ])('says of the change %s: %s', async (prefix_change, words) => {
    const { history, read } = openDashboard()
    history.record(aRequest({ prefix_change }), [])
    const page = await read(`/requests/${aRequest().id}`)
    expect(texts(page, 'section[aria-labelledby=cache-heading] dd')[1]).toBe(words)
  })

  test('does not take for nothing what nobody has counted', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ cache_read_input_tokens: null }), [])
    const page = await read(`/requests/${aRequest().id}`)
    expect(texts(page, '.figure')).toContain('Context1.7ktokens')
    expect(texts(page, 'section[aria-labelledby=cache-heading] dd')[0]).toBe('not known')
  })

  test('leaves the reason out where an older version did not record it', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, [anAttempt({ reason: null })])

    expect(texts(await read(`/requests/${RESCUED.id}`), '.why')).toEqual([])
  })

  test('lists route, timing, tokens and cost', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, ATTEMPTS)

    expect(texts(await read(`/requests/${RESCUED.id}`), '.fact dd')).toEqual([
      '22 Nov, 13:16:05',
      'claude-sonnet-4-5',
      'bedrock',
      'us.anthropic.claude-sonnet-4-20250514-v1:0',
      'us-west-2',
      '–',
      'the main conversation',
      '1,200',
      '300',
      '8,000',
      '500',
      '$0.0123',
      '0',
      '0 ms',
      'no extra cost',
      'no',
      '82.4% of what went in',
      'a first turn, or not known',
    ])
  })

  describe('shows what each kind of token came to', () => {
    const price = { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 }
    const bill = {
      price,
      cache_read_input_tokens: 2100,
      cache_creation_1h_input_tokens: 100,
      thinking_tokens: 120,
      web_search_requests: 2,
      cost_usd: 0.0312,
    }
    const factsOf = async (request: RequestRow, attempts: AttemptRow[]) => {
      const { history, read } = openDashboard()
      history.record(request, attempts)
      const page = await read(`/requests/${request.id}`)
      const labels = billed(page, 'dt')
      const values = billed(page, 'dd')
      return { page, facts: labels.map((label, at) => `${label}: ${values[at]}`) }
    }

    test('with the price that was used', async () => {
      const { facts } = await factsOf(aRequest(bill), [anAttempt(bill)])
      expect(facts).toEqual([
        'Input: 1,200 × $3.00/M = $0.0036',
        'Output: 300 × $15.00/M = $0.0045',
        'Cache read: 2,100 × $0.30/M = $0.0006',
        'Cache write: 500 × $3.75/M = $0.0019',
        'Cache write, 1 hour: 100 × $6.00/M = $0.0006',
        'Thinking: 120 of the output',
        'Web searches: 2 = $0.0200',
        'Cost: $0.0312',
      ])
    })

    test('and that it was estimated', async () => {
      const { facts } = await factsOf(aRequest({ ...bill, usage_estimated: true }), [anAttempt()])
      expect(facts.slice(-2)).toEqual(['Cost: ≈ $0.0312', 'Counted: partly by estimate'])
    })

    test('for each of those who told a part of the answer', async () => {
      const request = aRequest({ ...bill, attempt_count: 2 })
      const other = { ...bill, price: { ...price, input: 1 }, input_tokens: 200 }
      const { page, facts } = await factsOf(request, [
        anAttempt({ ...bill, input_tokens: 1000 }),
        anAttempt({ ...other, provider: 'groq', model: 'llama' }),
      ])
      expect(texts(page, 'h2')).toContain(`bedrock: ${request.served_model}`)
      expect(texts(page, 'h2')).toContain('groq: llama')
      expect(facts.filter((fact) => fact.startsWith('Input'))).toEqual([
        'Input: 1,200',
        'Input: 1,000 × $3.00/M = $0.0030',
        'Input: 200 × $1.00/M = $0.0002',
      ])
    })

    test('as far as an older version recorded it', async () => {
      const old = { cache_creation_5m_input_tokens: null, cache_creation_1h_input_tokens: null }
      const { page, facts } = await factsOf(aRequest(old), [anAttempt()])
      expect(facts).toEqual([
        'Input: 1,200',
        'Output: 300',
        'Cache read: 8,000',
        'Cache write: 500',
        'Cost: –',
      ])
      expect(texts(page, 'section[aria-labelledby=tokens-heading] p')).toEqual([
        `No price was known for bedrock/${aRequest().served_model}. It can be set under prices in the configuration.`,
      ])
    })
  })

  test('shows an outcome it does not know by its own name', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, [anAttempt({ outcome: 'eclipsed', status: null })])

    expect(texts(await read(`/requests/${RESCUED.id}`), '#attempts .badge')).toEqual(['eclipsed'])
  })

  test('no longer changes, so nothing refreshes it', async () => {
    const { history, read } = openDashboard()
    history.record(RESCUED, ATTEMPTS)

    expect(select(await read(`/requests/${RESCUED.id}`), '[hx-get]')).toHaveLength(0)
  })

  test('is a 404 page for an id that is not in the history', async () => {
    const { fetch } = openDashboard()

    const response = await fetch('/requests/req_%3Cb%3E')

    expect(response.status).toBe(404)
    expect(texts(await response.text(), 'h1')).toEqual([
      'There is no request req_<b> in the history.',
    ])
  })
})

/** The bill of the request, and those of its attempts where there are several. */
function billed(page: string, tag: string): string[] {
  return [
    ...texts(page, `section[aria-labelledby=tokens-heading] ${tag}`),
    ...texts(page, `.columns section:not([aria-labelledby]) ${tag}`),
  ]
}

function bars(page: string, kind: string): string[] {
  return select(page, `#attempts rect.${kind}`).map(({ attributes }) => {
    const start = Number.parseFloat(attributes.x ?? '')
    return `${start} to ${start + Number.parseFloat(attributes.width ?? '')}`
  })
}
