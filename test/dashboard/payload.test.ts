import { describe, expect, test } from 'bun:test'
import type { Payload } from '../../src/history/answers.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { aRequest, aTarget, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const ID = aRequest().id

const part = (text: string, is_cut = false) => ({ text, bytes: text.length, is_cut })
const said = (...content: object[]) => JSON.stringify({ type: 'message', content })
const asked = (...messages: object[]) => JSON.stringify({ model: 'opus', max_tokens: 9, messages })

/** The dashboard with one request, of which this was kept. */
function openWith(payload: Partial<Payload> | null, changes: Partial<RequestRow> = {}) {
  const kept = payload && { request: null, response: null, ...payload }
  const dashboard = openDashboard([aTarget()], new Map(kept ? [[ID, kept]] : []))
  dashboard.history.record(aRequest(changes), [])
  return dashboard
}

describe('what a request and its answer said', () => {
  test('stands on its page, message by message', async () => {
    const body = {
      model: 'opus',
      max_tokens: 9,
      system: 'Be brief.',
      tools: [{ name: 'Bash', description: 'Runs it.', input_schema: {} }],
      messages: [
        { role: 'user', content: 'Why?' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'no' }] },
      ],
    }
    const { read } = openWith({
      request: part(JSON.stringify(body)),
      response: part(said({ type: 'thinking', thinking: 'Hm.' }, { type: 'text', text: 'So.' })),
    })

    const page = await read(`/requests/${ID}`)

    expect(texts(page, '.answer .part-thinking pre')).toEqual(['Hm.'])
    expect(texts(page, '.answer .part-text pre')).toEqual(['So.'])
    expect(texts(page, '.transcript summary')).toEqual([
      'systemBe brief.9 characters',
      'tools1 tool',
      'userWhy?4 characters',
      'assistant{}calls Bash · 2 characters',
      'usernoresult · 2 characters',
    ])
    expect(select(page, 'details.turn[open]').map(({ attributes }) => attributes.id)).toEqual([
      'message-2',
    ])
    expect(texts(page, '.part-tool_result .part-label')).toEqual(['Result of Bash'])
    expect(texts(page, '.settings dd')).toEqual(['opus', '9'])
  })

  test('that was not kept is told how to keep it', async () => {
    const page = await openWith(null).read(`/requests/${ID}`)
    expect(texts(page, '.empty code')).toContain('history.payloads')
    expect(select(page, 'form.replay')).toEqual([])
  })

  test('that was cut is told so, and shown as far as it goes', async () => {
    const { read } = openWith({ request: part('{"model":"op […] ]}', true) })
    const page = await read(`/requests/${ID}`)
    expect(texts(page, '.raw[open] pre')).toEqual(['{"model":"op […] ]}'])
    expect(texts(page, 'section p')).toContain(
      'Its body was not kept whole, so it cannot be sent again.',
    )
    expect(page).toContain('not all of it kept')
  })

  test('makes no page longer than can be read, however long it is', async () => {
    const long = 'so it goes '.repeat(5000)
    const message = { role: 'user', content: [{ type: 'text', text: long }] }
    const { fetch } = openWith({
      request: part(
        asked(...Array(1910).fill({ role: 'user', content: 'x' }), ...Array(110).fill(message)),
      ),
      response: part(said(...Array(250).fill({ type: 'text', text: long }))),
    })

    const page = await (await fetch(`/requests/${ID}`)).text()

    expect(page.length).toBeLessThan(500_000)
    expect(texts(page, '.transcript > p')).toEqual(['1,900 earlier messages are not shown here.'])
    expect(select(page, `a[href="/api/requests/${ID}/payload"]`)).toHaveLength(2)
  })
})

describe('a request to copy', () => {
  test('as curl is whole under an address of its own', async () => {
    const body = asked({ role: 'user', content: "it's" })
    const { fetch } = openWith({ request: part(body) })

    const response = await fetch(`/requests/${ID}/curl`, { host: 'proxy.local:3001' })

    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const command = await response.text()
    expect(command).toStartWith("curl --no-buffer 'http://proxy.local:3001/v1/messages' \\\n")
    expect(command).toContain('-H "x-api-key: $ANTHROPIC_API_KEY"')
    expect(command).toEndWith(`--data-binary '${body.replace("'", "'\\''")}'`)
    expect(await (await fetch(`/requests/${ID}/body`)).text()).toBe(body)
  })

  test('has a body that says so where its own was not kept', async () => {
    const { fetch, read } = openWith(null, { requested_model: "an 'odd' \n model" })
    const command = await (await fetch(`/requests/${ID}/curl`)).text()
    expect(command).toContain('The body of this request was not kept')
    expect(command).toContain(String.raw`"model":"an '\''odd'\'' \n model"`)
    expect(texts(await read(`/requests/${ID}`), '.curl p.quiet')).toHaveLength(1)
    expect((await fetch(`/requests/${ID}/body`)).status).toBe(404)
    expect((await fetch('/requests/nowhere/curl')).status).toBe(404)
  })
})

describe('the requests next to one', () => {
  test('are those of the list it was opened from', async () => {
    const { history, read } = openDashboard()
    for (const [at, provider] of ['groq', 'bedrock', 'groq', 'groq'].entries()) {
      history.record(aRequest({ id: `req_${at}`, created_at: NOW - 1000 + at, provider }), [])
    }
    const links = async (path: string) =>
      select(await read(path), '.pager a').map(({ attributes: { rel, href } }) => [rel, href])

    expect(await links('/requests/req_2')).toEqual([
      [undefined, '/requests'],
      ['prev', '/requests/req_3'],
      ['next', '/requests/req_1'],
    ])
    expect(await links('/requests/req_2?provider=groq')).toEqual([
      [undefined, '/requests?provider=groq'],
      ['prev', '/requests/req_3?provider=groq'],
      ['next', '/requests/req_0?provider=groq'],
    ])
    expect(await links('/requests/req_0?provider=groq')).toHaveLength(2)
  })

  test.each([
    '?state=gone&min_cost_usd=-1',
    '?provider=a&provider=b',
    '?search=%00%27%22%25_',
    `?search=${'x'.repeat(50_000)}`,
    '?since=99999999999999999&__proto__=1',
  ])('are found, or not, whatever the address says: %p', async (query) => {
    const { fetch } = openWith(null)
    expect((await fetch(`/requests/${ID}${query}`)).status).toBe(200)
  })
})

describe('a request and its replay', () => {
  const OTHER = 'req_replay'
  const line = (text: string) => part(said({ type: 'text', text }))
  const replayed = (
    response: ReturnType<typeof part> | null,
    changes: Partial<RequestRow> = {},
  ) => {
    const payloads = new Map([
      [ID, { request: null, response: line('The same.\nHere.') }],
      [OTHER, { request: null, response }],
    ])
    const dashboard = openDashboard([], payloads)
    dashboard.history.record(aRequest(), [])
    const replay = { id: OTHER, replay_of: ID, provider: 'groq', duration_ms: 2100, ...changes }
    dashboard.history.record(aRequest(replay), [])
    return dashboard
  }

  test('stand side by side, with what differs', async () => {
    const { read } = replayed(line('The same.\nThere.'))

    const page = await read(`/requests/${ID}/compare/${OTHER}`)

    expect(texts(page, 'h1')).toEqual(['A request and its replay'])
    expect(texts(page, '.sides mark')).toEqual(['Here.', 'There.'])
    expect(texts(page, '.comparison tr.differs')).toEqual([
      'Providerbedrockgroqdifferent',
      'Duration4.20 s2.10 s−2.10 s (−50%)',
    ])
    expect(select(page, '[hx-get]')).toEqual([])
  })

  test('are marked, and lead to each other', async () => {
    const page = await replayed(null).read(`/requests/${OTHER}`)
    expect(texts(page, '.mark')).toEqual(['Replay'])
    expect(select(page, 'header a').map(({ attributes }) => attributes.href)).toContain(
      `/requests/${ID}/compare/${OTHER}`,
    )
  })

  test('wait for an answer that is not written yet, but not for one that will not come', async () => {
    const path = `/requests/${ID}/compare/${OTHER}`
    const fresh = await replayed(null, { created_at: NOW - 5000 }).read(path)
    expect(select(fresh, '#live')[0]?.attributes['hx-get']).toBe(path)
    const old = await replayed(null).read(path)
    expect(select(old, '#live')).toEqual([])
    expect(texts(old, '.sides .empty')).toHaveLength(1)
  })

  test('are a 404 page where one of them is not there', async () => {
    const { fetch } = replayed(null)
    expect((await fetch(`/requests/${ID}/compare/nowhere`)).status).toBe(404)
    expect((await fetch(`/requests/nowhere/compare/${ID}`)).status).toBe(404)
  })
})

test.each([
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</pre></details><svg onload=alert(1)>',
])('%s stays text wherever it stands', async (text) => {
  const block = { type: text, text, name: text, input: text, tool_use_id: text, content: text }
  const blocks = ['text', 'thinking', 'tool_use', 'tool_result', 'image', text].map((type) => ({
    ...block,
    type,
    thinking: text,
    source: { media_type: text, data: text },
    is_error: true,
  }))
  const body = {
    model: text,
    [text]: text,
    system: blocks,
    tools: [{ name: text, description: text }],
    messages: [{ role: text, content: blocks }],
  }
  const answer = JSON.stringify({
    content: blocks,
    stop_reason: text,
    error: { type: text, message: text },
  })
  const payload = { request: part(JSON.stringify(body)), response: part(answer) }
  const target = aTarget({ id: text })
  const dashboard = openDashboard([target], new Map([[ID, payload]]))
  dashboard.history.record(
    aRequest({
      session_id: text,
      agent: text,
      replay_of: text,
      preferred_provider: text,
      preferred_model: text,
      prefix_change: text,
    }),
    [],
    { [`x-${text}`]: text },
  )

  for (const path of [`/requests/${ID}`, `/requests/${ID}/compare/${ID}`]) {
    const page = await dashboard.read(path)
    expect(select(page, 'script').every(({ attributes }) => attributes.src)).toBe(true)
    expect(select(page, 'main img, [onload], [onerror], pre svg, pre img')).toEqual([])
    expect(texts(page, '.answer .part-text pre')[0]).toBe(text)
  }
})
