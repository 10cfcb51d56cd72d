import { describe, expect, test } from 'bun:test'
import { aRequest, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const MINUTE = 60_000

/** A long session with a subagent and its troubles; a dear one; one of the day before yesterday. */
function openSessions() {
  const dashboard = openDashboard()
  const { history } = dashboard
  const long = { session_id: 'long', cost_usd: 0.25 }
  history.record(aRequest({ id: 'req_1', created_at: NOW - 59 * MINUTE, ...long }), [])
  history.record(
    aRequest({ id: 'req_2', created_at: NOW - 50 * MINUTE, ...long, attempt_count: 2 }),
    [],
  )
  history.record(
    aRequest({
      id: 'req_3',
      created_at: NOW - 30 * MINUTE,
      ...long,
      cache_lost_why: 'idle',
      cache_lost_tokens: 8000,
      cache_lost_usd: 0.03,
    }),
    [],
  )
  const agent = { agent: 'agent-1', is_background: true, state: 'failed', status: 529 } as const
  history.record(
    aRequest({ id: 'req_4', created_at: NOW - 20 * MINUTE, ...long, ...agent, cost_usd: null }),
    [],
  )
  history.record(
    aRequest({ id: 'req_5', created_at: NOW - MINUTE, session_id: 'dear', cost_usd: 4 }),
    [],
  )
  history.record(
    aRequest({ id: 'req_6', created_at: NOW - 49 * 60 * MINUTE, session_id: 'old' }),
    [],
  )
  history.record(aRequest({ id: 'req_7' }), [])
  return dashboard
}

const rows = (page: string) => texts(page, 'tbody th')

describe('the sessions', () => {
  test('have a row each, with all that their requests come to', async () => {
    const page = await openSessions().read('/sessions')

    expect(texts(page, '#session-long td')).toEqual([
      '22 Nov, 12:57:05',
      '39 min 00 s',
      '3',
      '4',
      '40.0k',
      '82.4%',
      '$0.7500',
      '1',
      '1',
      '1 $0.0300',
    ])
    expect(select(page, '#session-long a')[0]?.attributes.href).toBe('/sessions/long')
    expect(texts(page, '.pagination p')).toEqual(['Page 1 of 1, 2 sessions'])
  })

  test.each([
    ['', 'Last active', ['dear', 'long']],
    ['?order=cost_usd', 'Cost', ['dear', 'long']],
    ['?order=requests', 'Requests', ['long', 'dear']],
    ['?order=total_tokens', 'Tokens', ['long', 'dear']],
    ['?order=constructor', 'Last active', ['dear', 'long']],
    ['?range=7d', 'Last active', ['dear', 'long', 'old']],
    ['?range=15m', 'Last active', ['dear']],
  ])('/sessions%s are ordered by %s', async (query, column, ids) => {
    const page = await openSessions().read(`/sessions${query}`)

    expect(rows(page)).toEqual(ids)
    const sorted = select(page, '[aria-sort]')
    expect(sorted.map(({ text, attributes }) => [text, attributes['aria-sort']])).toEqual([
      [column, 'descending'],
    ])
  })

  test('are ordered by links that keep the range and begin at the first page', async () => {
    const page = await openSessions().read('/sessions?range=7d&page=1')

    expect(select(page, 'thead a').map(({ attributes }) => attributes.href)).toEqual([
      '/sessions?range=7d',
      '/sessions?range=7d&order=requests',
      '/sessions?range=7d&order=total_tokens',
      '/sessions?range=7d&order=cost_usd',
    ])
    expect(select(page, '#live')[0]?.attributes['hx-get']).toBe('/sessions?range=7d')
  })

  const pages: [query: string, position: string, ways: string[]][] = [
    ['?page=1', 'Page 1 of 3, 60 sessions', ['/sessions?order=cost_usd&page=2']],
    [
      '?page=2',
      'Page 2 of 3, 60 sessions',
      ['/sessions?order=cost_usd', '/sessions?order=cost_usd&page=3'],
    ],
    ['?page=99', 'Page 3 of 3, 60 sessions', ['/sessions?order=cost_usd&page=2']],
    ['?page=-1', 'Page 1 of 3, 60 sessions', ['/sessions?order=cost_usd&page=2']],
  ]
  test.each(pages)('/sessions%s is %s', async (query, position, ways) => {
    const { history, read } = openDashboard()
    for (let n = 10; n < 70; n++) {
      history.record(aRequest({ id: `req_${n}`, session_id: `s${n}`, cost_usd: n }), [])
    }

    const page = await read(`/sessions${query}&order=cost_usd`)

    expect(texts(page, '.pagination p')).toEqual([position])
    expect(select(page, 'a.step').map(({ attributes }) => attributes.href)).toEqual(ways)
  })

  test('are none as long as no client names one', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest(), [])

    const page = await read('/sessions')

    expect(texts(page, '.empty')[0]).toContain('No session was active')
    expect(select(page, 'table, .pagination')).toEqual([])
  })

  test('say where their cost is not all of it', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ session_id: 'mine', cost_usd: null }), [])

    expect(select(await read('/sessions'), '[data-label=Cost]')[0]).toEqual({
      text: '–',
      attributes: expect.objectContaining({ title: '1 without a price' }),
    })
  })

  test('have names that are any text', async () => {
    const { history, read, fetch } = openDashboard()
    const names = [
      '"><img src=x onerror=alert(1)>',
      'a/b?c=d&e#f%20',
      '../..',
      "' OR 1=1 --",
      '用户',
    ]
    for (const [n, session_id] of names.entries()) {
      history.record(
        aRequest({ id: `req_${n}`, created_at: NOW - n * 1000 - 1000, session_id }),
        [],
      )
    }

    const page = await read('/sessions')

    expect(rows(page)).toEqual(names)
    expect(select(page, 'img, [onerror]')).toEqual([])
    for (const [n, { attributes }] of select(page, 'tbody a').entries()) {
      const session = await fetch(attributes.href ?? '')
      const html = await session.text()
      expect(session.status).toBe(200)
      expect(texts(html, 'h1')).toEqual([names[n] ?? ''])
      expect(select(html, '#turn-table tbody tr')).toHaveLength(1)
      expect(select(html, 'img, [onerror]')).toEqual([])
    }
  })

  test('are a page whatever stands in the address', async () => {
    const { fetch } = openSessions()
    const odd = ['', '%00', "'%20OR%201=1--", '%25%5F', 'x'.repeat(50_000), '-1', '1e999', '%ED%A0']
    for (const name of ['order', 'page', 'range', 'since', 'until', 'who', 'before', 'after']) {
      for (const value of odd) {
        const query = `${name}=${value}&${name}=2&${name}[]=3`
        expect((await fetch(`/sessions?${query}`)).status).toBe(200)
        expect((await fetch(`/sessions/long?${query}`)).status).toBe(200)
        expect((await fetch(`/sessions/long?${name}=${value}`)).status).toBe(200)
      }
    }
  })
})
