import { describe, expect, test } from 'bun:test'
import { aRequest, aTarget, openDashboard } from './cast.ts'
import { select, texts } from './select.ts'

const PARTIAL = { 'hx-request': 'true', 'hx-request-type': 'partial' }

describe('a page that refreshes itself', () => {
  test.each(['/', '/requests', '/providers'])('%s asks for itself', async (path) => {
    const { read } = openDashboard([aTarget()])

    const live = select(await read(path), '#live')[0]?.attributes

    expect(live?.['hx-get']).toBe(path)
    expect(live?.['hx-swap']).toBe('innerMorph')
  })

  test('asks for the part of the table it shows', async () => {
    const { history, read } = openDashboard()
    for (let n = 10; n < 40; n++) history.record(aRequest({ id: `req_${n}` }), [])

    const [live] = select(await read('/requests?size=10&before=req_20'), '#live')

    expect(live?.attributes['hx-get']).toBe('/requests?size=10&before=req_20')
  })

  test('gets only the content, the same as in the page', async () => {
    const { history, fetch, read } = openDashboard()
    history.record(aRequest(), [])

    const fragment = await (await fetch('/requests', PARTIAL)).text()

    expect(select(fragment, 'html, #live')).toHaveLength(0)
    expect(select(fragment, '#request-table tbody tr')).toHaveLength(1)
    expect(await read('/requests')).toContain(fragment)
  })

  test('says what keeps the history from being written, as soon as it does', async () => {
    const { breakHistory, fetch, read } = openDashboard()
    const page = await read('/requests')
    expect(select(page, '#live > [role=alert]')).toEqual([])
    const tag = select(page, '#live')[0]?.attributes['hx-ptag'] ?? ''
    breakHistory('It cannot be written: <disk> is full.')

    const changed = await fetch('/requests', { ...PARTIAL, 'hx-ptag': tag })

    expect(texts(await changed.text(), '[role=alert]')).toEqual([
      'It cannot be written: <disk> is full.',
    ])
    for (const path of ['/', '/errors', '/sessions', '/providers']) {
      expect(texts(await read(path), '#live > [role=alert]')).toHaveLength(1)
    }
  })

  test('gets 304 until something changed', async () => {
    const { history, fetch, read } = openDashboard()
    history.record(aRequest({ id: 'req_1' }), [])
    const tag = select(await read('/requests'), '#live')[0]?.attributes['hx-ptag'] ?? ''

    const unchanged = await fetch('/requests', { ...PARTIAL, 'hx-ptag': tag })
    history.record(aRequest({ id: 'req_2' }), [])
    const changed = await fetch('/requests', { ...PARTIAL, 'hx-ptag': tag })

    expect([unchanged.status, await unchanged.text()]).toEqual([304, ''])
    expect(changed.status).toBe(200)
    expect(changed.headers.get('hx-ptag')).not.toBe(tag)
  })

  test('gets the whole page when htmx asks for a full one', async () => {
    const { fetch } = openDashboard()

    const response = await fetch('/', { 'hx-request': 'true', 'hx-request-type': 'full' })

    expect(select(await response.text(), 'html')).toHaveLength(1)
    expect(response.headers.get('vary')).toBe('HX-Request, HX-Request-Type')
  })
})
