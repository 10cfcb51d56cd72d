import { describe, expect, test } from 'bun:test'
import { openDashboard } from './cast.ts'
import { select } from './select.ts'

describe('the files of a page', () => {
  test('are served from the addresses in the page, to be kept for ever', async () => {
    const { fetch, read } = openDashboard()
    const page = await read('/')
    const addresses = [
      ...select(page, 'link[rel=stylesheet]').map((link) => link.attributes.href ?? ''),
      ...select(page, 'script').map((script) => script.attributes.src ?? ''),
    ]

    const types: (string | null)[] = []
    for (const address of addresses) {
      const response = await fetch(address)
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      types.push(response.headers.get('content-type'))
    }

    expect(types).toEqual([
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
      'text/javascript; charset=utf-8',
      'text/javascript; charset=utf-8',
    ])
  })

  test('are not kept under an address that does not name their content', async () => {
    const response = await openDashboard().fetch('/assets/app.css?v=older')

    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test.each(['/assets/app.ts', '/assets/..%2f..%2fpackage.json', '/assets/constructor'])(
    '%s is not one of them',
    async (path) => {
      expect((await openDashboard().fetch(path)).status).toBe(404)
    },
  )
})
