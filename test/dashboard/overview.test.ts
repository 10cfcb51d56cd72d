import { describe, expect, test } from 'bun:test'
import { aRequest, aTarget, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

describe('the overview', () => {
  test('says how to point Claude Code here while nothing has been asked', async () => {
    const { fetch } = openDashboard()

    const page = await fetch('/', { host: 'proxy.local:4000' })

    const [exports, curl] = texts(await page.text(), 'pre code')
    expect(exports).toBe('export ANTHROPIC_BASE_URL=http://proxy.local:4000 claude')
    expect(curl).toStartWith('curl http://proxy.local:4000/v1/messages')
  })

  test('says what to do when no provider is configured', async () => {
    const { read } = openDashboard()

    expect(texts(await read('/'), '.empty')[0]).toContain('claude-proxy init')
  })

  test('counts the last 24 hours, but shows the latest requests whatever their age', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', created_at: NOW - 25 * 3600_000 }), [])
    history.record(aRequest({ id: 'req_2', attempt_count: 2 }), [])
    history.record(aRequest({ id: 'req_3', state: 'failed', status: 429 }), [])

    const page = await read('/')

    expect(figures(page)).toEqual({
      Requests: '2',
      'Success rate': '50.0%',
      'Rescued by fallback': '1',
      'Average duration': '4.20 s',
      Tokens: '20.0k',
      'Tokens per request': '10.0k',
      Cost: '–',
    })
    expect(select(page, 'tbody tr').map((row) => row.attributes.id)).toEqual([
      'req_3',
      'req_2',
      'req_1',
    ])
  })

  test('adds up what is known to have been paid, and says what is not', async () => {
    const { history, read } = openDashboard()
    history.record(aRequest({ id: 'req_1', cost_usd: 1.25 }), [])
    history.record(aRequest({ id: 'req_2', cost_usd: 0.5 }), [])
    expect(await costFigure(read)).toEqual(['$1.75', 'all of it is known'])
    history.record(aRequest({ id: 'req_3' }), [])
    expect(await costFigure(read)).toEqual(['$1.75', 'at least: 1 without a price'])
  })

  test('shows the latest ten', async () => {
    const { history, read } = openDashboard()
    for (let n = 10; n < 25; n++) history.record(aRequest({ id: `req_${n}` }), [])

    expect(select(await read('/'), 'tbody tr')).toHaveLength(10)
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
})

async function costFigure(read: (path: string) => Promise<string>) {
  return texts(await read('/'), '.figure dd').slice(-2)
}

function figures(page: string): Record<string, string | undefined> {
  const values = texts(page, '.figure .value')
  return Object.fromEntries(texts(page, '.figure dt').map((label, at) => [label, values[at]]))
}
