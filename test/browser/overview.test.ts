import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { anAttempt, aRequest, aTarget, NOW, openDashboard } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

const AXE = resolve(import.meta.dir, '../../node_modules/axe-core/axe.min.js')
const HOUR = 3600_000

let browser: Browser
const servers: Record<string, Bun.Server<undefined>> = {}

beforeAll(async () => {
  if (!CHROMIUM) return
  browser = await launchBrowser(CHROMIUM)
  servers.empty = serve(0, 'complete')
  servers.one = serve(1, 'complete')
  servers.many = serve(200, 'complete')
  servers.failed = serve(20, 'failed')
}, 60_000)
afterAll(async () => {
  await browser?.close()
  for (const server of Object.values(servers)) await server.stop(true)
})

/** A dashboard of that many requests, one in each hour. */
function serve(count: number, state: 'complete' | 'failed') {
  const { app, history } = openDashboard([
    aTarget(),
    aTarget({ id: 'b', state: 'cooling', reason: 'Too many requests.', until: NOW + 12_000 }),
  ])
  const error = state === 'failed' ? { error: 'Overloaded', outcome: 'overloaded' } : {}
  for (let n = 0; n < count; n++) {
    history.record(
      aRequest({
        id: `req_${1000 - n}`,
        created_at: NOW - n * HOUR,
        state,
        error: error.error ?? null,
        cost_usd: 0.5,
        session_id: `session-${n % 3}`,
        throttles_absorbed: n % 2,
      }),
      [anAttempt(error)],
    )
  }
  return Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.handle(request) })
}

function address(of: string, path = ''): string {
  return `http://127.0.0.1:${servers[of]?.port}/${path}`
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE })
  return page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')
}

describe.skipIf(!CHROMIUM)('the overview in a browser', () => {
  for (const state of ['empty', 'one', 'many', 'failed']) {
    test(`has no barriers and no sideways scrolling: ${state}`, async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ colorScheme, bypassCSP: true })
        const page = await context.newPage()
        await page.goto(address(state))
        expect(await violations(page)).toEqual([])
        for (const width of [360, 768, 1440]) {
          await page.setViewportSize({ width, height: 800 })
          expect(
            await page.evaluate(
              'document.documentElement.scrollWidth <= document.body.clientWidth',
            ),
          ).toBe(true)
        }
        await context.close()
      }
    }, 60_000)
  }

  test('keeps the theme that was chosen, from page to page', async () => {
    const { page, complaints } = await openPage(browser)
    await page.emulateMedia({ colorScheme: 'light' })
    const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme')
    await page.goto(address('many'))
    expect(await scheme()).toBe('light dark')
    await page.getByRole('button', { name: 'Theme: system' }).click()
    expect(await scheme()).toBe('light')
    await page.getByRole('button', { name: 'Theme: light' }).click()
    await page.goto(address('many', 'requests'))
    expect(await scheme()).toBe('dark')
    await page.getByRole('button', { name: 'Theme: dark' }).click()
    expect(await scheme()).toBe('light dark')
    expect(complaints).toEqual([])
    await page.close()
  }, 30_000)

  test('tells what is under the pointer, and leads there', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(address('many'))
    const drawing = page.locator('.drawing').first()
    const { width = 0 } = (await drawing.boundingBox()) ?? {}
    await drawing.hover({ position: { x: width - 2, y: 20 } })
    const words = (await page.locator('.chart-hint').textContent()) ?? ''
    expect(words).toContain('(in part)')
    expect(words).toContain('OK1')
    await drawing.click({ position: { x: width - 2, y: 20 } })
    await page.waitForURL(/\/requests\?since=\d+&until=\d+$/)
    expect(await page.locator('#request-table tbody tr').count()).toBe(1)
    expect(complaints).toEqual([])
    await page.close()
  }, 30_000)

  test('goes through the values of a chart by the arrow keys', async () => {
    const { page } = await openPage(browser)
    await page.goto(address('many'))
    const hint = page.locator('.chart-hint')
    await page.locator('.range-picker summary').focus()
    while (!(await hint.isVisible())) await page.keyboard.press('Tab')
    const last = await hint.locator('p').textContent()
    await page.keyboard.press('ArrowLeft')
    const before = await hint.locator('p').textContent()
    expect(before).not.toBe(last)
    await page.keyboard.press('ArrowRight')
    expect(await hint.locator('p').textContent()).toBe(last)
    await page.keyboard.press('Escape')
    expect(await hint.isVisible()).toBe(false)
    await page.close()
  }, 30_000)

  test('leaves open what the reader has opened when the content is exchanged', async () => {
    const { page } = await openPage(browser)
    await page.goto(address('many'))
    await page.locator('.numbers summary').first().click()
    const swapped = page.evaluate(
      "new Promise((done) => document.addEventListener('htmx:after:swap', () => done(true), { once: true }))",
    )
    // Another tag, so that the server does not say that nothing has changed.
    await page.evaluate("document.getElementById('live').setAttribute('hx-ptag', 'older')")
    await page.evaluate("htmx.trigger(document.getElementById('live'), 'refresh')")
    expect(await swapped).toBe(true)
    expect(await page.locator('.numbers').first().getAttribute('open')).not.toBeNull()
    await page.close()
  }, 30_000)

  test('can be read without scripts', async () => {
    const { page } = await openPage(browser, { javaScriptEnabled: false })
    await page.goto(address('many'))
    await page.getByRole('link', { name: '7d' }).click()
    expect(new URL(page.url()).search).toBe('?range=7d')
    await page.locator('.numbers summary').first().click()
    expect(await page.locator('.numbers table').first().isVisible()).toBe(true)
    expect(await page.getByRole('button').count()).toBe(0)
    await page.close()
  }, 30_000)
})
