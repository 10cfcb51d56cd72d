import { describe, expect, test } from 'bun:test'
import { aRequest, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

describe('the request table', () => {
  test('shows a request in one line', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ attempt_count: 2, cost_usd: 0.0123, usage_estimated: true }), [])

    const page = await read('/requests')

    expect(texts(page, 'tbody td')).toEqual([
      '22 Nov, 13:16:05',
      'req_01a20376-5504-7781-b8c5-bb3830b17fd0',
      'OK200',
      'Streamed',
      '1.2k / 300',
      '≈ $0.0123',
      'claude-sonnet-4-5',
      'bedrock',
      'us.anthropic.claude-sonnet-4-20250514-v1:0us-west-2',
      '2',
      '0.80 s',
      '4.20 s',
      '',
    ])
    expect(select(page, 'td.number')[0]?.attributes.title).toBe(
      '1,200 input, 300 output, 8,000 cache read, 500 cache write',
    )
    expect(select(page, 'tbody time')[0]?.attributes.datetime).toBe('2026-11-22T13:16:05.000Z')
    expect(select(page, 'td a')[0]?.attributes.href).toBe(
      '/requests/req_01a20376-5504-7781-b8c5-bb3830b17fd0',
    )
  })

  test('names every way a request can end, with the status the client saw', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_5', state: 'complete' }), [])
    history.record(aRequest({ id: 'req_4', state: 'partial', error: 'The stream ended.' }), [])
    history.record(aRequest({ id: 'req_3', state: 'client_closed', status: 499 }), [])
    history.record(aRequest({ id: 'req_2', state: 'failed', status: 529, error: 'Busy.' }), [])
    history.record(aRequest({ id: 'req_1', state: 'interrupted', status: 529 }), [])

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
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_2', requested_model: 'claude-haiku-4-5' }), [])
    history.record(aRequest({ id: 'req_1' }), [])

    expect(select(await read('/requests'), '[aria-label=Haiku]')).toHaveLength(1)
  })

  test('shows a dash where nothing is known', async () => {
    const { history, read } = openDashboard()
    const unanswered = { provider: null, served_model: null, region: null, first_event_ms: null }
    history.record(aRequest({ ...unanswered, input_tokens: null, output_tokens: null }), [])

    const cells = texts(await read('/requests'), 'tbody td')

    expect([cells[4], cells[5], cells[7], cells[8], cells[10]]).toEqual([
      '– / –',
      '–',
      '–',
      '–',
      '–',
    ])
  })
})

describe('paging', () => {
  const pages: [query: string, position: string, first: string, rows: number][] = [
    ['', 'Page 1 of 3, 45 requests', 'req_54', 20],
    ['?page=3', 'Page 3 of 3, 45 requests', 'req_14', 5],
    ['?size=10&page=2', 'Page 2 of 5, 45 requests', 'req_44', 10],
    ['?size=50', 'Page 1 of 1, 45 requests', 'req_54', 45],
    ['?page=99', 'Page 3 of 3, 45 requests', 'req_14', 5],
    ['?size=7&page=-1', 'Page 1 of 3, 45 requests', 'req_54', 20],
    ['?size=1e1&page=2.5', 'Page 1 of 3, 45 requests', 'req_54', 20],
    ['?size[]=10&page=%00', 'Page 1 of 3, 45 requests', 'req_54', 20],
    ['?page=999999999999999999999', 'Page 1 of 3, 45 requests', 'req_54', 20],
  ]
  test.each(pages)('/requests%s is %s', async (query, position, first, rows) => {
    const { history, fetch } = openDashboard()
    for (let n = 10; n < 55; n++) history.record(aRequest({ id: `req_${n}` }), [])

    const response = await fetch(`/requests${query}`)

    const page = await response.text()
    expect(response.status).toBe(200)
    expect(texts(page, '.pagination p')).toEqual([position])
    const found = select(page, 'tbody tr')
    expect(found).toHaveLength(rows)
    expect(found[0]?.attributes.id).toBe(first)
  })

  test('the ways to go keep the page size', async () => {
    const { history, read } = openDashboard()
    for (let n = 10; n < 40; n++) history.record(aRequest({ id: `req_${n}` }), [])

    const page = await read('/requests?size=10&page=2')

    expect(select(page, '[rel=prev]')[0]?.attributes.href).toBe('/requests?size=10')
    expect(select(page, '[rel=next]')[0]?.attributes.href).toBe('/requests?size=10&page=3')
    expect(texts(page, '.pagination [aria-current]')).toEqual(['10'])
  })

  test('there is nowhere to go from an only page, and an empty table is one', async () => {
    const { read } = openDashboard()

    const page = await read('/requests')

    expect(texts(page, '.pagination p')).toEqual(['Page 1 of 1, 0 requests'])
    expect(select(page, 'a.step')).toHaveLength(0)
    expect(select(page, 'table')).toHaveLength(0)
  })
})

describe('the filters', () => {
  const cast = () => {
    const dashboard = openDashboard()
    const { history } = dashboard
    history.record(aRequest({ id: 'req_3', provider: 'groq' }), [])
    history.record(aRequest({ id: 'req_2', state: 'failed', error: '<b>100%</b> full' }), [])
    history.record(aRequest({ id: 'req_1', created_at: NOW - 2 * 60 * 60_000 }), [])
    return dashboard
  }
  const rowIds = (page: string) => select(page, 'tbody tr').map(({ attributes }) => attributes.id)

  test.each([
    ['provider=groq', ['req_3']],
    ['state=failed', ['req_2']],
    ['search=100%25', ['req_2']],
    ['search=1_0', []],
    ['range=1h', ['req_3', 'req_2']],
    ['range=24h&provider=bedrock&state=complete', ['req_1']],
    ['until=2026-11-22T12:00:00Z', ['req_1']],
    ['range=forever&state=lost&status=x', ['req_3', 'req_2', 'req_1']],
  ])('?%s leaves %p', async (query, ids) => {
    expect(rowIds(await cast().read(`/requests?${query}`))).toEqual(ids)
  })

  test('stand in the form, in the ways to other pages and in the files', async () => {
    const { read } = cast()
    const page = await read('/requests?size=10&provider=gone&search=%22%3Ei%3C')
    expect(select(page, 'option[selected]')[0]?.attributes.value).toBe('gone')
    expect(select(page, 'input[name=search]')[0]?.attributes.value).toBe('">i<')
    expect(select(page, '#live')[0]?.attributes['hx-get']).toContain('provider=gone')
    const files = select(page, '.exports a').map(({ attributes }) => attributes.href)
    expect(files).toEqual([
      '/api/requests?provider=gone&search=%22%3Ei%3C&format=csv',
      '/api/requests?provider=gone&search=%22%3Ei%3C&format=jsonl',
    ])
    expect(texts(page, '.empty')[0]).toContain('No request is like that.')
  })

  test('whatever stands in the address is a page', async () => {
    const { fetch } = cast()
    const odd = ['%00', "'%20OR%201=1--", '%25%5F', 'x'.repeat(50_000), '-1', '1e999', '%ED%A0%80']
    for (const name of ['search', 'provider', 'since', 'min_cost_usd', 'status', 'range', 'page']) {
      for (const value of odd) {
        expect((await fetch(`/requests?${name}=${value}&${name}[]=2`)).status).toBe(200)
      }
    }
  })
})
