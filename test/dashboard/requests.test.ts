import { describe, expect, test } from 'bun:test'
import type { RequestRow } from '../../src/history/schema.ts'
import { aRequest, NOW, openDashboard } from './cast.ts'
import { type Found, select, texts } from './select.ts'

const HOUR = 60 * 60_000

const cells = (page: string) => texts(page, '#request-table tbody td')
const rowIds = (page: string) =>
  select(page, '#request-table tbody tr').map(({ attributes }) => attributes.id)
const href = (found: Found | undefined) => found?.attributes.href
const linkTo = (page: string, selector: string) => href(select(page, selector)[0])

function withRequests(rows: Partial<RequestRow>[]) {
  const dashboard = openDashboard()
  for (const row of rows) dashboard.history.record(aRequest(row), [])
  return dashboard
}

describe('the request table', () => {
  test('shows a request in one line', async () => {
    const { read } = withRequests([
      { attempt_count: 2, cost_usd: 0.0123, usage_estimated: true, session_id: 'b7c1-77/x' },
    ])

    const page = await read('/requests')

    expect(cells(page)).toEqual([
      '22 Nov, 13:16:05',
      'req_01a20376-5504-7781-b8c5-bb3830b17fd0',
      'OK200',
      'Streamed',
      'claude-sonnet-4-5',
      'bedrock',
      'us.anthropic.claude-sonnet-4-20250514-v1:0us-west-2',
      '2',
      '9.7k / 300',
      '82.4%',
      '≈ $0.0123',
      '0.80 s',
      '4.20 s',
      'b7c1-77/',
      '',
    ])
    expect(select(page, '[data-label=Tokens]')[0]?.attributes.title).toBe(
      '1,200 input, 300 output, 8,000 cache read, 500 cache write',
    )
    expect(select(page, 'tbody time')[0]?.attributes.datetime).toBe('2026-11-22T13:16:05.000Z')
    expect(linkTo(page, 'td.id a')).toBe('/requests/req_01a20376-5504-7781-b8c5-bb3830b17fd0')
    expect(linkTo(page, 'td.session a')).toBe('/sessions/b7c1-77%2Fx')
  })

  test('names every way a request can end, with the status the client saw', async () => {
    const { read } = withRequests([
      { id: 'req_5', state: 'complete' },
      { id: 'req_4', state: 'partial', error: 'The stream ended.' },
      { id: 'req_3', state: 'client_closed', status: 499 },
      { id: 'req_2', state: 'failed', status: 529, error: 'Busy.' },
      { id: 'req_1', state: 'interrupted', status: 529 },
    ])

    const page = await read('/requests')

    expect(texts(page, 'td .badge')).toEqual([
      'OK200',
      'Partial200',
      'Cancelled499',
      'Failed529',
      'Interrupted529',
    ])
    expect(texts(page, 'td.error')).toEqual(['', 'The stream ended.', '', 'Busy.', ''])
  })

  test('marks the requests for a haiku model', async () => {
    const { read } = withRequests([
      { id: 'req_2', requested_model: 'claude-haiku-4-5' },
      { id: 'req_1' },
    ])

    expect(select(await read('/requests'), '[aria-label=Haiku]')).toHaveLength(1)
  })

  test('marks what nobody was waiting for', async () => {
    const { read } = withRequests([
      { id: 'req_4' },
      { id: 'req_3', is_background: true },
      { id: 'req_2', is_background: true, agent: 'a1' },
      { id: 'req_1', replay_of: 'req_4' },
    ])

    expect(texts(await read('/requests'), '.tag')).toEqual(['background', 'subagent', 'replay'])
  })

  test('shows a dash where nothing is known', async () => {
    const { read } = withRequests([
      {
        provider: null,
        served_model: null,
        region: null,
        first_event_ms: null,
        input_tokens: null,
        output_tokens: null,
      },
    ])

    expect(cells(await read('/requests')).slice(5, 12)).toEqual([
      '–',
      '–',
      '1',
      '– / –',
      '–',
      '–',
      '–',
    ])
  })
})

describe('paging', () => {
  const fortyFive = () =>
    withRequests(Array.from({ length: 45 }, (_, index) => ({ id: `req_${index + 10}` })))

  const pages: [query: string, first: string, rows: number][] = [
    ['', 'req_54', 20],
    ['?before=req_15', 'req_14', 5],
    ['?size=10&before=req_45', 'req_44', 10],
    ['?size=10&after=req_34', 'req_44', 10],
    ['?size=50', 'req_54', 45],
    ['?before=req_10', 'req_54', 20],
    ['?after=req_54', 'req_54', 20],
    ['?after=req_45', 'req_54', 20],
    ['?before=req_gone', 'req_54', 20],
    ['?size=7&before=', 'req_54', 20],
    ['?size=1e1&after=%00', 'req_54', 20],
    ['?size[]=10&before=a&before=b', 'req_54', 20],
  ]
  test.each(pages)('/requests%s begins with %s', async (query, first, rows) => {
    const response = await fortyFive().fetch(`/requests${query}`)

    const page = await response.text()
    expect(response.status).toBe(200)
    expect(texts(page, '#total')).toEqual(['45 requests'])
    expect(rowIds(page)).toHaveLength(rows)
    expect(rowIds(page)[0]).toBe(first)
  })

  test('leads through all of the table and back, without a row twice', async () => {
    const { read } = fortyFive()
    const seen: (string | undefined)[] = []
    let page = await read('/requests?size=10&provider=bedrock')
    for (;;) {
      seen.push(...rowIds(page))
      const next = linkTo(page, '[rel=next]')
      if (!next) break
      page = await read(next)
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `req_${54 - index}`))

    const back: number[] = []
    for (let to = linkTo(page, '[rel=prev]'); to; to = linkTo(page, '[rel=prev]')) {
      page = await read(to)
      back.push(rowIds(page).length)
    }
    expect(back).toEqual([10, 10, 10, 10])
    expect(rowIds(page)[0]).toBe('req_54')
    expect(linkTo(page, '#step-newest')).toBeUndefined()
  })

  test('the ways to go keep size and filter', async () => {
    const page = await fortyFive().read('/requests?size=10&before=req_45&provider=bedrock')

    expect(linkTo(page, '#step-newest')).toBe('/requests?provider=bedrock&size=10')
    expect(linkTo(page, '[rel=prev]')).toBe('/requests?provider=bedrock&size=10&after=req_44')
    expect(linkTo(page, '[rel=next]')).toBe('/requests?provider=bedrock&size=10&before=req_35')
    expect(linkTo(page, '#size-50')).toBe('/requests?provider=bedrock&size=50')
    expect(texts(page, '.pagination [aria-current]')).toEqual(['10'])
  })

  test('says how far back it has counted where that is not all', async () => {
    const { reader } = withRequests([{ id: 'req_1' }])
    const counted_since = NOW - HOUR
    const { read } = openDashboard([], new Map(), {
      ...reader,
      page: async (query) => ({ ...(await reader.page(query)), counted_since }),
    })

    const page = await read('/requests?min_duration_ms=1')
    expect(texts(page, '#total')).toEqual(['at least 1 request, counted since 22 Nov, 12:17:05'])
  })

  test('there is nowhere to go from an only page', async () => {
    const page = await withRequests([{}]).read('/requests')

    expect(texts(page, '#total')).toEqual(['1 request'])
    expect(select(page, 'a.step')).toHaveLength(0)
  })
})

describe('the filters', () => {
  const cast = () =>
    withRequests([
      { id: 'req_3', provider: 'groq', session_id: 's 1' },
      { id: 'req_2', state: 'failed', error: '<b>100%</b> full', attempt_count: 2 },
      { id: 'req_1', created_at: NOW - 2 * HOUR },
    ])

  test.each([
    ['provider=groq', ['req_3']],
    ['state=failed', ['req_2']],
    ['search=100%25', ['req_2']],
    ['search=1_0', []],
    ['range=1h', ['req_3', 'req_2']],
    ['range=24h&provider=bedrock&state=complete', ['req_1']],
    ['until=2026-11-22T12:00:00Z', ['req_1']],
    ['until=2026-11-22T12:00:00Z&range=1h', ['req_1']],
    ['range=forever&state=lost&status=x', ['req_3', 'req_2', 'req_1']],
  ])('?%s leaves %p', async (query, ids) => {
    expect(rowIds(await cast().read(`/requests?${query}`))).toEqual(ids)
  })

  test('offer what there is, with how many there are', async () => {
    const page = await cast().read('/requests?size=10')

    expect(texts(page, '#facet-provider li')).toEqual(['bedrock2', 'groq1'])
    expect(texts(page, '#facet-state li')).toEqual(['OK2', 'Failed1'])
    expect(texts(page, '#facet-fell_back li')).toEqual(['First attempt2', 'Fell back1'])
    expect(texts(page, '#facet-session_id li')).toEqual(['s 11'])
    expect(linkTo(page, '#facet-session_id a')).toBe('/requests?session_id=s+1&size=10')
  })

  test('offer other values beside the one chosen, which is given up by its own link', async () => {
    const page = await cast().read('/requests?provider=groq&before=req_4')

    expect(texts(page, '#facet-provider [aria-current]')).toEqual(['groqRemove1'])
    expect(linkTo(page, '#facet-provider [aria-current]')).toBe('/requests')
    expect(texts(page, '#facet-provider li')).toContain('bedrock2')
    expect(texts(page, '#chips .chip')).toEqual(['ProvidergroqRemove'])
    expect(linkTo(page, '#chip-provider')).toBe('/requests')
    expect(texts(page, '#facet-state li')).toEqual(['OK1'])
  })

  test('stand in the form, in the chips, in the ways to other pages and in the files', async () => {
    const page = await cast().read('/requests?size=10&range=1h&provider=gone&search=%22%3Ei%3C')

    expect(select(page, 'input[name=search]')[0]?.attributes.value).toBe('">i<')
    expect(
      select(page, '#filters [type=hidden]').map(({ attributes }) => [
        attributes.name,
        attributes.value,
      ]),
    ).toEqual([
      ['range', '1h'],
      ['provider', 'gone'],
      ['size', '10'],
    ])
    expect(texts(page, '#chips .value')).toEqual(['gone', '">i<'])
    expect(texts(page, '#facet-provider [aria-current]')).toEqual(['goneRemove0'])
    expect(select(page, '#live')[0]?.attributes['hx-get']).toContain('provider=gone')
    const minute = Date.UTC(2026, 10, 22, 13, 18)
    expect(select(page, '.exports a').map(href)).toEqual([
      `/api/requests?provider=gone&search=%22%3Ei%3C&since=${minute - HOUR}&until=${NOW}&format=csv`,
      `/api/requests?provider=gone&search=%22%3Ei%3C&since=${minute - HOUR}&until=${NOW}&format=jsonl`,
    ])
    expect(texts(page, '.empty')[0]).toContain('No request is like that.')
  })

  test('go with a request to its page', async () => {
    const page = await cast().read('/requests?provider=groq&size=10')

    expect(linkTo(page, 'td.id a')).toBe('/requests/req_3?provider=groq')
  })

  test('take all of the time, one of our ranges, or two dates', async () => {
    const { read } = cast()
    const chosen = async (query: string) =>
      texts(await read(`/requests${query}`), '#range [aria-current]')

    expect(await chosen('')).toEqual(['all'])
    expect(await chosen('?range=24h&provider=groq')).toEqual(['24h'])
    expect(await chosen('?since=2026-11-22')).toEqual(['Custom'])
    const page = await read('/requests?range=1h&provider=groq&before=req_9')
    expect(select(page, '#range a').map(href).slice(0, 2)).toEqual([
      '/requests?provider=groq',
      '/requests?provider=groq&range=15m',
    ])
  })

  test('say how to send a first request while there is none', async () => {
    const page = await openDashboard().read('/requests?provider=groq')

    expect(texts(page, '.empty')).toEqual([
      'No request has been recorded yet. The overview says how to send one.',
    ])
    expect(select(page, 'main table, main form')).toHaveLength(0)
  })

  const names = ['search', 'provider', 'since', 'until', 'min_cost_usd', 'status', 'range']
  const places = ['before', 'after', 'size', 'seen', 'made']
  test.each([...names, ...places])('whatever stands behind %s is a page', async (name) => {
    const { fetch } = cast()
    const odd = ['%00', "'%20OR%201=1--", '%25%5F', 'x'.repeat(50_000), '-1', '1e999', '%ED%A0%80']
    const dates = ['0', '999999999999999', '275760-09-13', '2026-13-45', '+1']
    for (const value of [...odd, ...dates]) {
      const query = `${name}=${value}&${name}[]=2&${name}=${value}`
      expect((await fetch(`/requests?${query}`)).status).toBe(200)
      expect((await fetch(`/requests/new?${query}`)).status).toBe(200)
    }
  })
})

describe('the histogram', () => {
  test('counts what the filter takes, and each bar leads to what it counts', async () => {
    const { read } = withRequests([
      { id: 'req_4', provider: 'groq' },
      { id: 'req_3', created_at: NOW - HOUR / 2, state: 'failed' },
      { id: 'req_2', created_at: NOW - HOUR / 2 },
      { id: 'req_1', created_at: NOW - 3 * HOUR },
    ])

    const page = await read('/requests?range=1h&provider=bedrock')

    const numbers = select(page, '#histogram tbody tr').map(({ text }) => text)
    expect(numbers).toEqual(['22 Nov, 12:47:0010010'])
    const [bar, ...others] = select(page, '#histogram a').filter(({ text }) => !/No req/.test(text))
    expect(others).toEqual([])
    const narrowed = await read(href(bar) ?? '')
    expect(rowIds(narrowed)).toEqual(['req_3', 'req_2'])
    expect(texts(narrowed, '#range [aria-current]')).toEqual(['Custom'])
    expect(bar?.attributes['hx-get']).toBe(href(bar) ?? '')
  })

  test('begins with the oldest request there is', async () => {
    const page = await withRequests([{ created_at: NOW - HOUR }]).read('/requests?range=30d')

    expect(texts(page, '#histogram figcaption span')).toEqual(['22 Nov, 12:17', '22 Nov, 13:18'])
  })

  test.each(['since=2026-12-01', 'until=2020-01-01', 'since=2026-11-23&until=2026-11-22'])(
    'is not there for %s, when nothing can be',
    async (query) => {
      expect(select(await withRequests([{}]).read(`/requests?${query}`), '#histogram')).toEqual([])
    },
  )
})

describe('what came since', () => {
  const arrivals = (page: string) => select(page, '#arrivals')[0]?.attributes['hx-get'] ?? ''
  const PARTIAL = { 'hx-request': 'true', 'hx-request-type': 'partial' }

  test('is told as a way to the newest rows, once there is something', async () => {
    const { history, read, fetch } = withRequests([{ id: 'req_1' }])
    const address = arrivals(await read('/requests?range=1h&provider=bedrock'))

    const before = await fetch(address, PARTIAL)
    history.record(aRequest({ id: 'req_2', created_at: NOW - 5 * 60_000 }), [])
    history.record(aRequest({ id: 'req_3', provider: 'groq' }), [])
    const tag = { 'hx-ptag': before.headers.get('hx-ptag') ?? '' }
    const after = await fetch(address, { ...PARTIAL, ...tag })
    const again = await fetch(address, {
      ...PARTIAL,
      'hx-ptag': after.headers.get('hx-ptag') ?? '',
    })

    expect(await before.text()).toBe('')
    const pill = await after.text()
    expect(texts(pill, 'a')).toEqual(['1 new'])
    expect(linkTo(pill, 'a')).toBe('/requests?range=1h&provider=bedrock')
    expect(again.status).toBe(304)
  })

  test('is told on a later page too, and leads to the first', async () => {
    const { history, read } = withRequests([{ id: 'req_2' }, { id: 'req_1' }])
    const page = await read('/requests?before=req_2')
    history.record(aRequest({ id: 'req_3' }), [])

    const told = await read(arrivals(page))

    expect(select(page, '#list')[0]?.attributes['data-is-newest']).toBe('false')
    expect(texts(told, 'a.pill')).toEqual(['1 new'])
    expect(linkTo(told, 'a.pill')).toBe('/requests')
  })
})
