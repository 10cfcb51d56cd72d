import { describe, expect, test } from 'bun:test'
import { anAttempt, aRequest, aTarget, aTestResult, NOW, openDashboard, UNTESTED } from './cast.ts'
import { select, texts } from './select.ts'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></td></table><svg onload=alert(1)>',
  '<b hx-get="/" hx-trigger="load">x</b>',
  '&lt;script&gt;',
]

describe.each(PAYLOADS)('%s', (payload) => {
  const request = aRequest({
    id: `req_${payload}`,
    session_id: payload,
    requested_model: payload,
    provider: payload,
    served_model: payload,
    region: payload,
    state: 'failed',
    error: payload,
  })
  const attempt = anAttempt({
    provider: payload,
    model: payload,
    region: payload,
    outcome: payload,
    reason: payload,
    error: payload,
  })
  const target = aTarget({
    id: payload,
    provider: payload,
    model: payload,
    region: payload,
    state: 'cooling',
    reason: payload,
    until: NOW,
    unsupported: [payload],
    strip: [payload],
    routes: [{ model: payload, place: 1 }],
    test: { ...UNTESTED, last: aTestResult({ text: null, error: payload, advice: payload }) },
  })

  const page = `/requests/${encodeURIComponent(request.id)}`
  const session = `/sessions/${encodeURIComponent(payload)}`
  const filtered = `/requests?${new URLSearchParams({ provider: payload, search: payload })}`
  const paths = [
    ...['/', '/requests', filtered, page, `${page}/compare/${encodeURIComponent(request.id)}`],
    ...['/sessions', session, '/errors', `/errors?kind=${encodeURIComponent(payload)}`],
    '/providers',
  ]
  test.each(paths)('adds nothing to the page %s', async (path) => {
    const { history, read } = openDashboard([target])
    history.record(request, [attempt, attempt])

    const page = await read(path)

    expect(select(page, 'script').map((script) => script.attributes.src)).toEqual([
      expect.stringMatching(/^\/assets\/theme\.js\?/),
      expect.stringMatching(/^\/assets\/htmx\.js\?/),
      expect.stringMatching(/^\/assets\/app\.js\?/),
    ])
    expect(select(page, 'img, b, [onload], [onerror], [onmouseover], main title *')).toEqual([])
    const asked = select(page, '[hx-get]').map(({ attributes }) => attributes['hx-get'] ?? '')
    expect(
      asked.filter((address) => !/^\/(requests\b|sessions\b|errors\b|providers$|$)/.test(address)),
    ).toEqual([])
  })

  test('is shown as it is', async () => {
    const { history, read } = openDashboard([target])
    history.record(request, [attempt])

    const table = await read('/requests')
    const detail = await read(`/requests/${encodeURIComponent(request.id)}`)

    expect(texts(table, 'td.error')).toEqual([payload])
    expect(texts(table, 'td.id a')).toEqual([`req_${payload}`])
    expect(texts(table, '.facet .value')).toContain(payload)
    expect(select(table, 'td .model')[0]?.attributes.title).toBe(payload)
    expect(texts(detail, 'h1')).toEqual([`req_${payload}`])
    expect(texts(detail, '#attempts samp')).toEqual([payload])
    expect(texts(detail, '.why')).toEqual([payload])
    const providers = await read('/providers')
    expect(texts(providers, '.reason')).toEqual([payload])
    expect(texts(providers, 'form button')).toEqual([
      `Clear ${payload}`,
      `Test ${payload}`,
      `Pause ${payload}`,
    ])
    expect(texts(providers, '.route strong')).toEqual([payload])
    expect(texts(providers, '.said')).toEqual([payload, payload])
    expect(texts(providers, '.target-notes code')).toEqual([payload, payload])
    expect(select(providers, 'form')[0]?.attributes.action).toBe(
      `/providers/${encodeURIComponent(payload)}/clear`,
    )
  })
})

describe('every answer', () => {
  test.each([
    ...['/', '/requests', '/requests/nowhere', '/sessions', '/sessions/nowhere', '/errors'],
    ...['/requests/nowhere/compare/nothing', '/providers', '/assets/app.css', '/assets/x'],
  ])('%s forbids what the dashboard does not use', async (path) => {
    const { headers } = await openDashboard().fetch(path)

    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  test('is kept by nobody', async () => {
    const { headers } = await openDashboard().fetch('/requests')

    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('needs no inline style or script', async () => {
    const { history, read } = openDashboard([aTarget()])
    const request = aRequest({ session_id: 'mine' })
    history.record(request, [anAttempt({ outcome: 'overloaded', error: 'Busy.' }), anAttempt()])

    const pages = ['/', '/requests', `/requests/${request.id}`, '/sessions', '/sessions/mine']
    for (const path of [...pages, '/errors', '/providers']) {
      expect(select(await read(path), '[style], style, script:not([src])')).toEqual([])
    }
  })
})
