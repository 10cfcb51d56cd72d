import { describe, expect, test } from 'bun:test'
import { apiRoutes } from '../../src/api/routes.ts'
import { ProxyError } from '../../src/errors.ts'
import type { RequestPage } from '../../src/history/answers.ts'
import { REQUEST_COLUMNS } from '../../src/history/queries.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { openStore } from '../../src/history/store.ts'
import { aRow } from '../history/rows.ts'
import { noControls } from './controls.ts'

/** The API over a history with these requests; errors come back as their status and message. */
function openApi(...rows: Partial<RequestRow>[]) {
  const { history, reader } = openStore(':memory:', console.error)
  for (const [index, changes] of rows.entries()) history.record(aRow(index + 1, changes), [])
  const routes = apiRoutes({ reader, now: Date.now, ...noControls }).onError(({ error }) =>
    error instanceof ProxyError
      ? new Response(error.message, { status: error.status })
      : new Response(null, { status: 500 }),
  )
  return {
    reader,
    get: (query: string) =>
      Promise.resolve(routes.handle(new Request(`http://localhost/api/requests${query}`))),
  }
}

const ids = async (response: Response) => {
  const { requests, total } = (await response.json()) as RequestPage
  return { ids: requests.map(({ id }) => id), total }
}

describe('the requests', () => {
  test('are those of the filter, and the total is too', async () => {
    const { get } = openApi(
      { provider: 'groq' },
      { provider: 'bedrock', state: 'failed', error: 'groq was full' },
      { provider: 'groq', state: 'failed', status: 529, error: 'no' },
    )
    expect(await ids(await get('?provider=groq&limit=1'))).toEqual({ ids: ['req_0003'], total: 2 })
    expect(await ids(await get('?state=failed&search=FULL'))).toEqual({
      ids: ['req_0002'],
      total: 1,
    })
  })

  test('a parameter that means nothing is told so', async () => {
    const { get } = openApi()
    for (const query of ['?state=gone', '?since=soon', '?format=xml', '?limit=-1']) {
      const response = await get(query)
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(`${/\w+/.exec(query)?.[0]}: must be `)
    }
  })
})

describe('an export', () => {
  test('as JSONL is every row the filter takes, the newest first', async () => {
    const rows = Array.from({ length: 1203 }, (_, n) => ({ stream: n % 2 === 0 }))
    const { get, reader } = openApi(...rows)
    const response = await get('?format=jsonl&stream=true')
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="requests.jsonl"',
    )
    const lines = (await response.text()).trimEnd().split('\n')
    const { requests: all } = await reader.page({ limit: 1000, filter: { stream: true } })
    expect(lines.map((line) => JSON.parse(line))).toEqual(all)
    expect(lines).toHaveLength(602)
  })

  test('as CSV can be read back, whatever stands in it', async () => {
    const error = 'He said "no", then\nleft; naïve'
    const { get, reader } = openApi({ state: 'failed', error }, {})
    const [head, ...lines] = (await (await get('?format=csv')).text()).split('\r\n')
    expect(head?.split(',')).toEqual([...REQUEST_COLUMNS])
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain(',"He said ""no"", then\nleft; naïve",')
    const [row] = (await reader.page({ limit: 1 })).requests
    const fields = lines[0]?.split(',') ?? []
    for (const [index, name] of REQUEST_COLUMNS.entries()) {
      expect(fields[index]).toBe(String(row?.[name as keyof RequestRow] ?? ''))
    }
  })

  test('as CSV gives a spreadsheet no formula', async () => {
    const { get } = openApi({ requested_model: '=HYPERLINK("http://example.com")' })
    const text = await (await get('?format=csv')).text()
    expect(text).toContain(`,"'=HYPERLINK(""http://example.com"")",`)
  })

  test('of nothing is only the names of the columns', async () => {
    const { get } = openApi()
    expect(await (await get('?format=csv')).text()).toStartWith('id,created_at,')
    expect(await (await get('?format=jsonl')).text()).toBe('')
  })
})

test('what nothing is kept of says how to keep it', async () => {
  const { get } = openApi({})
  for (const id of ['req_0001', 'req_none', '%00', `${'x'.repeat(50_000)}`, "'%25_"]) {
    const response = await get(`/${id}/payload`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('history.payloads: all (or errors)')
  }
})
