import { describe, expect, test } from 'bun:test'
import { STATES } from '../../src/history/filter-query.ts'
import { anAttempt, aRequest, aTarget, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const HOUR = 3600_000

describe('the overview of nothing', () => {
  test('says how to point Claude Code here while nothing has been asked', async () => {
    const { fetch } = openDashboard()

    const page = await fetch('/', { host: 'proxy.local:4000' })

    const html = await page.text()
    const [exports, curl] = texts(html, 'pre code')
    expect(exports).toBe('export ANTHROPIC_BASE_URL=http://proxy.local:4000 claude')
    expect(curl).toStartWith('curl http://proxy.local:4000/v1/messages')
    const copied = select(html, '.copy').map(({ attributes }) => attributes['data-copy'])
    expect(copied[1]).toContain(`"messages":[{"role":"user","content":"Hello"}]}'`)
  })

  test('says what to do when no provider is configured', async () => {
    const { read } = openDashboard()

    expect(texts(await read('/'), '.empty')[0]).toContain('claude-proxy config path')
  })

  test('of a range without requests has no figures, but the latest requests all the same', async () => {
    const { history, read } = openDashboard([aTarget()])
    history.record(aRequest(), [])

    const page = await read('/?since=2026-11-01&until=2026-11-02')

    expect(new Set(Object.values(figures(page)))).toEqual(new Set(['–']))
    expect(texts(page, '.empty')).toHaveLength(1)
    expect(select(page, '.chart')).toEqual([])
    expect(select(page, '#request-table tbody tr')).toHaveLength(1)
  })
})

describe('the figures', () => {
  test('count the last 24 hours', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', created_at: NOW - 25 * HOUR }), [])
    history.record(aRequest({ id: 'req_2', attempt_count: 2 }), [])
    history.record(aRequest({ id: 'req_3', state: 'failed', status: 429 }), [])

    expect(figures(await read('/'))).toEqual({
      Requests: '2',
      'Success rate': '50.0%',
      'Fallbacks absorbed': '1',
      Cost: '–',
      'First event': '0.80 s',
      Duration: '4.20 s',
      Tokens: '20.0k',
      'From cache': '82.4%',
    })
  })

  test.each([
    ['/?range=15m', '1'],
    ['/?range=1h', '2'],
    ['/?range=7d', '3'],
    ['/?since=2026-11-22T12:30:00Z&until=2026-11-22T13:00:00Z', '1'],
    [`/?since=${NOW - 3 * HOUR}`, '2'],
    ['/?range=yesterday', '2'],
    ['/?since=tomorrow', '2'],
  ])('%s counts %s', async (path, expected) => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1' }), [])
    history.record(aRequest({ id: 'req_2', created_at: NOW - HOUR / 2 }), [])
    history.record(aRequest({ id: 'req_3', created_at: NOW - 48 * HOUR }), [])

    expect(figures(await read(path)).Requests).toBe(expected)
  })

  test('say in words how they moved from the stretch of time before', async () => {
    const { history, read } = openDashboard()
    const before = NOW - 25 * HOUR
    history.record(aRequest({ id: 'req_0', created_at: NOW - 49 * HOUR }), [])
    history.record(aRequest({ id: 'req_1', created_at: before, first_event_ms: 1000 }), [])
    history.record(aRequest({ id: 'req_2', created_at: before, state: 'failed' }), [])
    history.record(aRequest({ id: 'req_3', first_event_ms: 1300 }), [])

    const changes = texts(await read('/'), '.figure .change')

    expect(changes).toContain('50% fewer')
    expect(changes).toContain('50 points better')
    expect(changes).toContain('63% slower')
  })

  test('are not compared with a stretch of which the history holds only a part', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', created_at: NOW - 25 * HOUR }), [])
    history.record(aRequest({ id: 'req_2' }), [])

    const page = await read('/')

    expect(texts(page, '.figure .change')).toEqual([])
    expect(texts(page, '.page-head p')).toEqual(['The last 24 hours'])
  })

  test('lead to the requests they count', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', attempt_count: 2 }), [])
    history.record(aRequest({ id: 'req_2', state: 'failed' }), [])
    history.record(aRequest({ id: 'req_3', state: 'client_closed' }), [])
    history.record(aRequest({ id: 'req_4', created_at: NOW - 2 * HOUR, attempt_count: 2 }), [])
    // Counted back from the end of this minute, on each page alike.
    history.record(aRequest({ id: 'req_5', created_at: NOW - HOUR, attempt_count: 2 }), [])

    const page = await read('/?range=1h')

    const links = [...select(page, '.figure dt a'), ...select(page, '.figure .ways a')]
    const counted: Record<string, number> = {}
    for (const { text, attributes } of links) {
      counted[text] = select(await read(attributes.href ?? ''), '#request-table tbody tr').length
    }
    expect(counted).toEqual({
      Requests: 3,
      'Success rate': 1,
      'Fallbacks absorbed': 1,
      '1 failed': 1,
      '1 cancelled': 1,
    })
  })

  test('add up what is known to have been paid, and say what is not', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', cost_usd: 1.25 }), [])
    history.record(aRequest({ id: 'req_2', cost_usd: 0.5 }), [])
    expect(await cost(read)).toEqual(['$1.75', 'all of it is known'])
    history.record(aRequest({ id: 'req_3' }), [])
    expect(await cost(read)).toEqual(['$1.75', 'at least: 1 without a price'])
  })
})

describe('the ledger', () => {
  test('says what falling back brought, and what it was paid with', async () => {
    const { history, read } = openDashboard()
    const rescued = {
      throttles_absorbed: 2,
      wait_avoided_ms: 30_000,
      extra_cost_usd: 0.25,
      is_weaker: true,
      cache_lost_tokens: 48_000,
      cache_lost_usd: 0.5,
    }
    history.record(aRequest({ id: 'req_1', ...rescued }), [])
    history.record(aRequest({ id: 'req_2', state: 'partial', partial_cost_usd: 0.125 }), [])

    const page = await read('/')

    const values = texts(page, '.ledger .value')
    expect(Object.fromEntries(texts(page, '.ledger dt').map((of, at) => [of, values[at]]))).toEqual(
      {
        'Throttles absorbed': '2',
        'Waiting avoided': '30.0 s',
        'Extra cost of fallbacks': '$0.2500',
        'Turns by a weaker model': '1',
        'Streams broken off': '1',
        'Prompt cache lost': '48.0k',
      },
    )
    expect(texts(page, '.ledger .quiet').join(' ')).toContain('$0.1250 was billed')
    const links = select(page, '.ledger a').map(({ attributes }) => attributes.href)
    expect(links.filter((href) => !href?.includes('range=24h'))).toEqual([])
  })

  test('says nothing of money where no price was known', async () => {
    const { history, read } = openDashboard()
    const lost = {
      cache_lost_why: 'idle',
      cache_lost_tokens: 48_000,
      cache_lost_usd: null,
    } as const
    history.record(aRequest({ id: 'req_1', ...lost }), [])

    const said = texts(await read('/'), '.ledger .quiet')
    expect(said).toContain('They stopped after the first words.')
    expect(said).toContain('Tokens that had to be taken in again.')
  })

  test('says so where the other targets were cheaper', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ extra_cost_usd: -0.25 }), [])

    const page = await read('/')

    expect(texts(page, '.ledger dt')).toContain('Saved by fallbacks')
    expect(texts(page, '.ledger .value')).toContain('$0.2500')
  })

  test('has a sentence for a time in which nothing happened', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest(), [])

    const page = await read('/')

    expect(select(page, '.ledger')).toEqual([])
    expect(texts(page, '.empty')).toContainEqual(expect.stringContaining('asked first'))
  })
})

describe('the rest of the overview', () => {
  test('has charts whose buckets lead to their requests', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1' }), [])
    history.record(aRequest({ id: 'req_2', created_at: NOW - 3 * HOUR }), [])

    const page = await read('/')

    expect(texts(page, '.chart h3')).toEqual([
      'Requests by outcome',
      'Time to first event',
      'Duration',
      'Tokens by kind',
      'Cost by target',
    ])
    const last = select(page, '.numbers a').at(-1)
    const led = await read(last?.attributes.href ?? '')
    expect(last?.attributes.href).toBe(
      `/requests?since=${Date.UTC(2026, 10, 22, 13)}&until=${Date.UTC(2026, 10, 22, 13, 18)}`,
    )
    expect(select(led, '#request-table tbody tr').map((row) => row.attributes.id)).toEqual([
      'req_1',
    ])
  })

  test('names the models and the sessions that cost most', async () => {
    const { history, read } = openDashboard()
    const session = 'a session/with "signs"'
    history.record(aRequest({ id: 'req_1', cost_usd: 1, session_id: 'cheap' }), [])
    history.record(
      aRequest({ id: 'req_2', cost_usd: 2, session_id: session, served_model: 'dear' }),
      [],
    )

    const page = await read('/')

    expect(texts(page, '#top-models th .name')).toEqual(['dear', 'claude-sonnet-4-20250514-v1:0'])
    const shares = select(page, '#top-models .flow').map((bar) => bar.attributes.width)
    expect(shares).toEqual(['67', '33'])
    expect(select(page, '#top-sessions th a').map((link) => link.attributes.href)).toEqual([
      `/sessions/${encodeURIComponent(session)}`,
      '/sessions/cheap',
    ])
  })

  test('tells what went wrong last, and how much of it no client saw', async () => {
    const { history, read } = openDashboard()
    const refused = anAttempt({ outcome: 'rate_limited', status: 429, error: 'Too many.' })
    history.record(aRequest({ id: 'req_1', attempt_count: 2 }), [refused, anAttempt()])
    const failed = { state: 'failed', status: 429, error: 'Too many.' } as const
    history.record(aRequest({ id: 'req_2', created_at: NOW, ...failed }), [refused])

    const page = await read('/')

    expect(texts(page, '.last-errors .words')).toEqual(['Too many.'])
    expect(select(page, '.last-errors .words')[0]?.attributes.href).toBe('/requests/req_2')
    expect(texts(page, '.last-errors li')[0]).toContain('2 times, 1 absorbed')
  })

  test('shows the latest requests, whatever their age', async () => {
    const { history, read } = openDashboard()
    for (let n = 10; n < 25; n++) history.record(aRequest({ id: `req_${n}`, created_at: n }), [])

    const rows = select(await read('/'), '#request-table tbody tr')

    expect(rows.map((row) => row.attributes.id)).toEqual([
      'req_24',
      'req_23',
      'req_22',
      'req_21',
      'req_20',
    ])
  })

  test('shows each target with its state, why, and for how long', async () => {
    const { read } = openDashboard([
      aTarget(),
      aTarget({ id: 'b', state: 'cooling', reason: 'Too many requests.', until: NOW + 12_000 }),
    ])

    const page = await read('/')

    expect(texts(page, '.target .badge')).toEqual(['Ready', 'Cooling down'])
    expect(texts(page, '.target .note')).toEqual(['1 of 2 a minute', 'Too many requests.'])
    expect(select(page, '.target time')[0]?.attributes.datetime).toBe('2026-11-22T13:17:17.000Z')
  })

  test('stays small with a month of traffic', async () => {
    const { history, read } = openDashboard([aTarget(), aTarget({ id: 'b' })])
    for (const [hour, state] of Array(180).fill(STATES).flat().entries()) {
      const changes = { created_at: NOW - hour * HOUR, cost_usd: hour / 100, state }
      const served_model = `us.anthropic.claude-model-${hour % 7}`
      history.record(aRequest({ id: `req_${hour}`, ...changes, served_model }), [])
    }

    expect((await read('/?range=30d')).length).toBeLessThan(60_000)
  })

  test.each([
    `since='"%25_%00`,
    'since=-1&until=x',
    'since=1&until=8640000000000000',
    'since=0001-01-01&until=9999-12-31',
    'range=__proto__&range=1h',
    `range=${'7'.repeat(50_000)}`,
  ])('is a page whatever the address says (%#)', async (query) => {
    const { history, fetch } = openDashboard()
    history.record(aRequest(), [])

    expect((await fetch(`/?${query}`)).status).toBe(200)
  })
})

async function cost(read: (path: string) => Promise<string>): Promise<string[]> {
  const page = await read('/')
  const at = texts(page, '.figure dt').indexOf('Cost')
  return [texts(page, '.figure .value')[at] ?? '', texts(page, '.figure > .quiet')[at] ?? '']
}

function figures(page: string): Record<string, string | undefined> {
  const values = texts(page, '.figure .value > span')
  return Object.fromEntries(texts(page, '.figure dt').map((label, at) => [label, values[at]]))
}
