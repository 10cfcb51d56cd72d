import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import type { Browser, Page } from 'playwright-core'
import { createAccess } from '../../src/access.ts'
import { aTarget, NOW, openDashboard } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

/** The dashboard with two targets that are out, behind the same door as in the proxy. */
function serveDashboard() {
  const { app } = openDashboard([
    aTarget({ state: 'cooling', reason: 'Too many requests.', until: NOW }),
    aTarget({
      id: 'openrouter/z-ai/glm-4.6:exacto',
      provider: 'openrouter',
      model: 'z-ai/glm-4.6:exacto',
      state: 'misconfigured',
      reason: 'No credit.',
      until: NOW,
    }),
  ])
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

const clearButton = (page: Page) =>
  page.getByRole('button', { name: 'Clear openrouter/z-ai/glm-4.6:exacto' })
const badges = (page: Page) => page.locator('tbody .badge').allInnerTexts()

describe.skipIf(!CHROMIUM)('the Clear button', () => {
  test('makes a target ready in the page that is open, paused or not', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.evaluate('window.isSamePage = true')

    await clearButton(page).focus()
    await page.keyboard.press('Enter')
    await clearButton(page).waitFor({ state: 'detached' })
    await page.locator('main:focus').waitFor()

    expect(await badges(page)).toEqual(['Cooling down', 'Ready'])
    expect(page.url()).toBe(url)
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    expect(await page.locator('#live-control').getAttribute('data-state')).toBe('paused')
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)

  test('does the same without scripts', async () => {
    const { url, stop } = serveDashboard()
    const { page, complaints } = await openProviders(url, { javaScriptEnabled: false })

    await clearButton(page).click()
    await clearButton(page).waitFor({ state: 'detached' })

    expect(await badges(page)).toEqual(['Cooling down', 'Ready'])
    expect(page.url()).toBe(url)
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)
})
