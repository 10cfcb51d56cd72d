import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import axe from 'axe-core/axe.min.js' with { type: 'text' }
import type { Browser } from 'playwright-core'
import { openDashboard } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'
import inPage from './in-page.js' with { type: 'text' }
import { SCENES } from './scenes.ts'

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
]

const PAGES = [
  '/',
  '/requests',
  '/requests?state=failed',
  '/requests/req_000004',
  '/errors',
  '/sessions',
  '/sessions/0b6c4e1a-session',
  '/providers',
]

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(async () => {
  if (CHROMIUM) await browser.close()
})

describe.skipIf(!CHROMIUM).each(Object.entries(SCENES))('with a history that is %s', (_, scene) => {
  let server: Bun.Server<undefined>
  beforeAll(() => {
    const { app, history } = openDashboard(scene.targets)
    for (const { request, attempts } of scene.rows) history.record(request, attempts)
    server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch })
  })
  afterAll(() => server.stop(true))

  test.each(PAGES)(
    '%s can be read by everybody, at every size',
    async (path) => {
      const { page, complaints } = await openPage(browser)
      const problems: string[] = []
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const size of SIZES) {
          await page.setViewportSize(size)
          const response = await page.goto(server.url.origin + path)
          const where = `${colorScheme}, ${size.width} px`
          if ((response?.status() ?? 500) >= 500) problems.push(`${where}: no page`)
          await page.evaluate(axe + inPage)
          const wide = await page.evaluate<string[]>('overflowing()')
          const isOwnCase = size.width === 1440 || (size.width === 360 && colorScheme === 'light')
          const found = isOwnCase ? await page.evaluate<string[]>('violations()') : []
          problems.push(...[...wide, ...found].map((problem) => `${where}: ${problem}`))
        }
      }
      expect(problems).toEqual([])
      // A page that says 404 is a complaint of the browser, and all right here.
      expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([])
      await page.close()
    },
    60_000,
  )
})
