import { describe, expect, test } from 'bun:test'
import type { RequestRow } from '../../src/history/schema.ts'
import { aRequest, NOW, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const MINUTE = 60_000

/** A turn of the session `mine`; the number says its place in time. */
const turn = (number: number, changes: Partial<RequestRow> = {}) =>
  aRequest({
    id: `req_${number}`,
    created_at: NOW - (200 - number) * MINUTE,
    session_id: 'mine',
    prefix_change: 'none',
    ...changes,
  })

function openSession(turns: RequestRow[]) {
  const dashboard = openDashboard()
  for (const row of turns) dashboard.history.record(row, [])
  return dashboard
}

const shown = (page: string) =>
  select(page, '#turn-table tbody tr[id]').map(({ attributes }) => attributes.id)

describe('a session', () => {
  test('comes to figures', async () => {
    const page = await openSession([
      turn(1, { prefix_change: null, cost_usd: 0.5 }),
      turn(2, { cost_usd: 1.25, attempt_count: 2 }),
      turn(3, { agent: 'agent-7', is_background: true, state: 'failed', cost_usd: null }),
    ]).read('/sessions/mine')

    expect(texts(page, 'h1')).toEqual(['mine'])
    expect(texts(page, '.session-head .quiet')).toEqual([
      '2 min 00 s, from 22 Nov, 09:58:05 to 22 Nov, 10:00:05',
    ])
    expect(texts(page, '.figure')).toEqual([
      'Turns2and 1 side request',
      'Tokens30.0k900 of them written',
      'Cost$1.75at least: 1 without a price',
      'From cache82.4%24.0k read again for less',
      'Cache busts0nothing was lost',
      'Fallbacks11 failed',
    ])
    expect(texts(page, '.verdict')[0]).toContain('No cache was lost')
  })

  test('has its turns with the newest first, and says who asked', async () => {
    const page = await openSession([
      turn(1, { prefix_change: null }),
      turn(2, { agent: 'agent-0a1b2c', is_background: true }),
      turn(3, { requested_model: 'claude-haiku-4-5', is_background: true }),
      turn(4, { attempt_count: 2, cost_usd: 0.5, usage_estimated: true }),
    ]).read('/sessions/mine')

    expect(shown(page)).toEqual(['req_4', 'req_3', 'req_2', 'req_1'])
    expect(texts(page, '#turn-table td:nth-child(4)')).toEqual([
      'Main',
      'Side task',
      'Subagent 0a1b2c',
      'Main',
    ])
    expect(texts(page, '#req_4 td')).toEqual([
      '22 Nov, 10:01:05',
      'req_4',
      'OK200',
      'Main',
      'us.anthropic.claude-sonnet-4-20250514-v1:0us-west-2try 2',
      '9.7k',
      '82.4%',
      '300',
      '≈ $0.5000',
      '4.20 s',
    ])
    expect(select(page, '#req_4 a')[0]?.attributes.href).toBe('/requests/req_4')
  })

  test('can be seen without its subagents and side tasks, or only them', async () => {
    const { read } = openSession([
      turn(1),
      turn(2, { agent: 'agent-1', is_background: true }),
      turn(3),
    ])

    const main = await read('/sessions/mine?who=main')
    expect(shown(main)).toEqual(['req_3', 'req_1'])
    expect(texts(main, '.choices [aria-current]')).toEqual(['Main conversation 2'])
    expect(select(main, '#live')[0]?.attributes['hx-get']).toBe('/sessions/mine?who=main')
    expect(shown(await read('/sessions/mine?who=others'))).toEqual(['req_2'])
    expect(shown(await read('/sessions/mine?who=nobody'))).toHaveLength(3)
  })

  test('of one kind of request only says so where the other is asked for', async () => {
    const page = await openSession([turn(1)]).read('/sessions/mine?who=others')

    expect(texts(page, '.empty')[0]).toContain('This session has none of these.')
  })

  test('goes on behind a page, and back', async () => {
    const { read } = openSession(Array.from({ length: 120 }, (_, n) => turn(n + 100)))
    const step = (page: string, rel: string) =>
      select(page, `a[rel=${rel}]`)[0]?.attributes.href ?? ''

    const first = await read('/sessions/mine?who=main')
    const second = await read(step(first, 'next'))
    const third = await read(step(second, 'next'))

    expect([first, second, third].map((page) => [shown(page)[0], shown(page).length])).toEqual([
      ['req_219', 50],
      ['req_169', 50],
      ['req_119', 20],
    ])
    expect(step(first, 'prev')).toBe('')
    expect(step(third, 'next')).toBe('')
    expect(shown(await read(step(third, 'prev')))).toEqual(shown(second))
    expect(shown(await read(step(second, 'prev')))).toEqual(shown(first))
    expect(texts(first, '.pagination p')).toEqual(['50 of 120'])
  })

  test('begins anew where a place in it is gone', async () => {
    const { read } = openSession([turn(1), turn(2)])

    for (const query of ['before=req_0', 'after=req_0', 'before=req_1', 'after=req_2']) {
      expect(shown(await read(`/sessions/mine?${query}`))).toEqual(['req_2', 'req_1'])
    }
  })

  test('that nobody has heard of is not found', async () => {
    const { fetch } = openSession([turn(1)])

    for (const id of ['yours', '%3Cb%3E', 'MINE', 'mine%20', '%00', 'x'.repeat(50_000)]) {
      const response = await fetch(`/sessions/${id}`)
      expect(response.status).toBe(404)
      expect(select(await response.text(), 'h1 b')).toEqual([])
    }
    for (const id of ['%ED%A0', '%']) {
      expect((await fetch(`/sessions/${id}`)).status).toBeLessThan(500)
    }
  })
})

describe('the cache-bust detective', () => {
  const busted = [
    turn(1, { prefix_change: null }),
    turn(2, {
      prefix_change: 'tools[3]',
      cache_lost_why: 'prefix',
      cache_lost_tokens: 60_000,
      cache_lost_usd: 0.7,
    }),
    turn(3, {
      prefix_change: 'tools[0]',
      cache_lost_why: 'prefix',
      cache_lost_tokens: 30_000,
      cache_lost_usd: 0.3,
    }),
    turn(4, {
      cache_lost_why: 'target',
      cache_lost_tokens: 20_000,
      cache_lost_usd: 0.2,
      attempt_count: 2,
    }),
    turn(5, { prefix_change: 'messages[4]' }),
    turn(6),
  ]

  test('says what the losses cost, why they happened, and what to do about each', async () => {
    const page = await openSession(busted).read('/sessions/mine')

    expect(texts(page, '.verdict')).toEqual([
      '3 cache busts cost $1.20: two because tools changed, one because another target answered.',
    ])
    expect(texts(page, '.busts h3')).toEqual(['Tools changed', 'Another target answered'])
    expect(texts(page, '.busts .took')).toEqual([
      '2 times, 90.0k tokens read anew, $1.00',
      'once, 20.0k tokens read anew, $0.2000',
    ])
    expect(texts(page, '.busts li')[0]).toContain('an MCP server')
    expect(texts(page, '.busts li')[1]).toContain('routing.affinity')
    expect(select(page, '.busts a').map(({ attributes }) => attributes.href)).toEqual([
      '/requests/req_3',
      '/requests/req_4',
    ])
  })

  test('tells under each turn where its prompt changed and what that cost', async () => {
    const page = await openSession(busted).read('/sessions/mine')

    expect(texts(page, '.explanation')).toEqual([
      'The prompt changed at the fifth message; no cache was lost.',
      'Cache lost, because another target answered: 20.0k tokens read anew, which cost $0.2000.',
      'Cache lost, because tools changed at the first tool: 30.0k tokens read anew, which cost $0.3000.',
      'Cache lost, because tools changed at the fourth tool: 60.0k tokens read anew, which cost $0.7000.',
    ])
  })

  test('marks them in a chart of the context', async () => {
    const page = await openSession(busted).read('/sessions/mine')

    expect(select(page, '.context .over')).toHaveLength(6)
    expect(select(page, '.context g .bust')).toHaveLength(3)
    expect(texts(page, '.context .over title')[1]).toContain('Cache lost: tools changed')
    expect(texts(page, '.context .over title')[5]).toContain('Read from cache: 8.0k')
  })

  test('looks at the latest turns of a very long session, and says so', async () => {
    const old = { cache_lost_why: 'idle', cache_lost_tokens: 10_000, cache_lost_usd: 1 } as const
    const page = await openSession([
      turn(0, old),
      ...Array.from({ length: 499 }, (_, n) =>
        turn(1000 + n, { created_at: NOW - MINUTE + n, is_background: true }),
      ),
      turn(199, { ...old, cache_lost_usd: null }),
    ]).read('/sessions/mine')

    expect(texts(page, '.verdict')).toEqual([
      '1 cache bust cost 10.0k tokens, after a pause. (of its last 500 requests)',
    ])
  })

  test('does not forget what was lost before the turns it looks at', async () => {
    const old = { cache_lost_why: 'idle', cache_lost_tokens: 10_000, cache_lost_usd: null } as const
    const page = await openSession([
      turn(0, old),
      ...Array.from({ length: 500 }, (_, n) =>
        turn(1000 + n, { created_at: NOW - MINUTE + n, is_background: true }),
      ),
    ]).read('/sessions/mine')

    expect(texts(page, '.verdict')).toEqual(['No cache was lost in its last 500 requests.'])
    expect(texts(page, '.figure')).toContain('Cache busts110.0k tokens')
  })

  test('has nothing to say of providers that report no cache, nor of a single turn a chart', async () => {
    const page = await openSession([
      turn(1, { cache_read_input_tokens: null, cache_creation_input_tokens: null }),
    ]).read('/sessions/mine')

    expect(texts(page, '[aria-labelledby=cache-heading] p')[0]).toContain('reported a prompt cache')
    expect(select(page, '.context, .busts')).toEqual([])
    expect(texts(page, '#turn-table [data-label="From cache"]')).toEqual(['–'])
  })
})

test('the page of a session asks again only once something was recorded', async () => {
  const { history, fetch, read } = openSession([turn(1)])
  const tag = select(await read('/sessions/mine'), '#live')[0]?.attributes['hx-ptag'] ?? ''
  const again = { 'hx-request-type': 'partial', 'hx-ptag': tag }

  expect((await fetch('/sessions/mine', again)).status).toBe(304)
  history.record(turn(2), [])
  const changed = await fetch('/sessions/mine', again)
  expect(shown(await changed.text())).toEqual(['req_2', 'req_1'])
})
