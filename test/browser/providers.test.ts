import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import type { Browser, Page } from 'playwright-core'
import { createAccess } from '../../src/access.ts'
import { anAttempt, aRequest, aTarget, NOW, openDashboard } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

/** The dashboard with two targets that are out, behind the same door as in the proxy. */
function serveDashboard() {
  const { app, history } = openDashboard([
    aTarget({ state: 'cooling', reason: 'Too many requests.', until: NOW }),
    aTarget({
      id: ID,
      provider: 'openrouter',
      model: 'z-ai/glm-4.6:exacto',
      state: 'misconfigured',
      reason: 'No credit.',
      until: NOW,
    }),
  ])
  const failed = anAttempt({ outcome: 'overloaded', error: 'x'.repeat(500), first_event_ms: null })
  history.record(aRequest(), [anAttempt(), failed])
  const access = createAccess({ allowedHosts: [], apiKeys: [] })
  const door = new Elysia().onRequest(({ request }) => access.check(request)).use(app)
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: door.fetch })
  return { url: `${server.url.origin}/providers`, stop: () => server.stop(true) }
}

async function openProviders(url: string, options: { javaScriptEnabled?: boolean } = {}) {
  const opened = await openPage(browser, options)
  await opened.page.goto(url)
  return opened
}

const ID = 'openrouter/z-ai/glm-4.6:exacto'
const button = (page: Page, verb: string) => page.getByRole('button', { name: `${verb} ${ID}` })
const badges = (page: Page) => page.locator('.state .badge').allInnerTexts()

describe.skipIf(!CHROMIUM)('the buttons', () => {
  test('Clear makes a target ready in the page that is open, paused or not', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url)
    await page.locator('#live-control button').click()
    await page.evaluate('window.isSamePage = true')

    await button(page, 'Clear').focus()
    await page.keyboard.press('Enter')
    await button(page, 'Clear').waitFor({ state: 'detached' })
    await page.locator('main:focus').waitFor()

    expect(await badges(page)).toEqual(['Cooling down', 'Ready'])
    expect(page.url()).toBe(url)
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    expect(await page.locator('#live-control').getAttribute('data-state')).toBe('paused')
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)

  test('Pause becomes Resume under the same fingers', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url)

    await button(page, 'Pause').focus()
    await page.keyboard.press('Enter')
    await button(page, 'Resume').waitFor()
    expect(await badges(page)).toEqual(['Cooling down', 'Paused'])
    await page.keyboard.press('Enter')
    await button(page, 'Pause').waitFor()

    expect(await badges(page)).toEqual(['Cooling down', 'Ready'])
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)

  test('Test shows what the model said, in the page that is open', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url)

    await button(page, 'Test').click()
    await page.getByText('Hi! How can I help?').waitFor()

    expect(page.url()).toBe(url)
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)

  test('do the same without scripts', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url, { javaScriptEnabled: false })

    await button(page, 'Test').click()
    await page.getByText('Hi! How can I help?').waitFor()
    await button(page, 'Clear').click()
    await button(page, 'Clear').waitFor({ state: 'detached' })
    expect(await badges(page)).toEqual(['Cooling down', 'Ready'])
    await button(page, 'Pause').click()
    await button(page, 'Resume').waitFor()
    expect(await badges(page)).toEqual(['Cooling down', 'Paused'])
    await button(page, 'Resume').click()
    await button(page, 'Pause').waitFor()

    expect(page.url()).toBe(url)
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)
})

const AXE = Bun.file('node_modules/axe-core/axe.min.js')

describe.skipIf(!CHROMIUM)('the page', () => {
  test.each(['light', 'dark'] as const)(
    'fits a phone, and axe finds nothing: %s',
    async (scheme) => {
      const { url, stop } = serveDashboard()
      // The policy of the page would keep axe itself out.
      const page = await browser.newPage({ colorScheme: scheme, bypassCSP: true })
      for (const width of [360, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 })
        await page.goto(url)
        const isWider = 'document.documentElement.scrollWidth > innerWidth'
        expect(await page.evaluate(isWider)).toBe(false)
        await page.evaluate(await AXE.text())
        const found = 'axe.run().then(({ violations }) => violations.map(({ id }) => id))'
        expect(await page.evaluate(found)).toEqual([])
      }
      await page.close()
      await stop()
    },
    30_000,
  )
})
