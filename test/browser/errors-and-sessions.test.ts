import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { anAttempt, aRequest, NOW, openDashboard } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

const MINUTE = 60_000
const TOO_LONG = anAttempt({
  outcome: 'too_long',
  status: 400,
  error: 'prompt is too long: 203944 tokens > 200000 maximum',
  error_shape: 'prompt is too long: # tokens > # maximum',
})

/** Forty sessions, the last of them with a fallback, a subagent and two cache busts; and errors. */
function serveHistory() {
  const { history, app } = openDashboard()
  for (let n = 10; n < 50; n++) {
    const created_at = NOW - (60 - n) * MINUTE
    history.record(
      aRequest({ id: `req_${n}`, created_at, session_id: `session-${n}`, cost_usd: 60 - n }),
      [],
    )
  }
  const turn = (number: number, changes: Parameters<typeof aRequest>[0]) =>
    history.record(
      aRequest({
        id: `req_${number}`,
        created_at: NOW - 5 * MINUTE + number,
        session_id: 'session-49',
        prefix_change: 'none',
        ...changes,
      }),
      [],
    )
  turn(61, { prefix_change: null })
  turn(62, { prefix_change: 'tools[3]', cache_lost_why: 'prefix', cache_lost_tokens: 9000 })
  turn(63, { agent: 'agent-1a2b3c', is_background: true })
  turn(64, { attempt_count: 2, cache_lost_why: 'target', cache_lost_tokens: 8000 })
  turn(65, { prefix_change: 'messages[2]' })
  const fail = (number: number) =>
    history.record(
      aRequest({
        id: `req_${number}`,
        created_at: NOW - MINUTE + number,
        state: 'failed',
        status: 400,
        error: 'too long',
      }),
      [TOO_LONG],
    )
  fail(71)
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch })
  return { url: server.url.origin, fail, stop: () => server.stop(true) }
}

const PAGES = [
  '/errors',
  '/errors?range=15m',
  '/sessions?since=1&until=2',
  '/errors?kind=silent',
  '/sessions',
  '/sessions/session-49',
  '/sessions/x',
]

describe.skipIf(!CHROMIUM)('errors and sessions', () => {
  test.each(['light', 'dark'] as const)(
    'can be used by everybody, in %s',
    async (colorScheme) => {
      const { url, stop } = serveHistory()
      const axe = await Bun.file(require.resolve('axe-core/axe.min.js')).text()
      for (const width of [360, 1440]) {
        const viewport = { width, height: 900 }
        // The policy of the pages would keep axe out.
        const context = await browser.newContext({ bypassCSP: true, colorScheme, viewport })
        const page = await context.newPage()
        for (const path of PAGES) {
          await page.goto(url + path)
          await page.evaluate(axe)
          expect([path, await violations(page)]).toEqual([path, []])
        }
        await context.close()
      }
      await stop()
    },
    60_000,
  )

  test('what is unfolded and focused stays so while the errors go on', async () => {
    const { url, fail, stop } = serveHistory()
    const { page, complaints } = await openPage(browser)
    await page.goto(`${url}/errors`)
    await page.getByText('Latest in full').click()
    await page.getByRole('link', { name: 'Latest request' }).focus()

    fail(72)
    await page.locator('a[href="/requests/req_72"]').waitFor()

    expect(await page.locator('[data-label=Count]').textContent()).toBe('2')
    expect(await page.getByText('203944 tokens').isVisible()).toBe(true)
    expect(await page.locator(':focus').textContent()).toBe('Latest request')
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)

  test.each([true, false])(
    'sessions are put in order by a click, scripts: %p',
    async (scripts) => {
      const { url, stop } = serveHistory()
      const { page, complaints } = await openPage(browser, { javaScriptEnabled: scripts })
      await page.goto(`${url}/sessions`)
      const first = page.locator('#session-table tbody a').first()
      expect(await first.textContent()).toBe('session-49')

      await page.getByRole('columnheader', { name: 'Cost' }).getByRole('link').click()
      await page.waitForURL('**/sessions?order=cost_usd')
      expect(await first.textContent()).toBe('session-10')
      await page.getByRole('link', { name: 'Next' }).click()
      await page.waitForURL('**/sessions?order=cost_usd&page=2')
      expect(await first.textContent()).toBe('session-35')
      await page.goBack()
      expect(await first.textContent()).toBe('session-10')

      expect(complaints).toEqual([])
      await page.close()
      await stop()
    },
    20_000,
  )

  test('on a small screen they are put in order above the rows', async () => {
    const { url, stop } = serveHistory()
    const page = await browser.newPage({ viewport: { width: 360, height: 700 } })
    await page.goto(`${url}/sessions`)

    await page.getByRole('navigation', { name: 'Order' }).getByText('Cost').click()
    await page.waitForURL('**/sessions?order=cost_usd')

    expect(await page.locator('#session-table tbody a').first().textContent()).toBe('session-10')
    await page.close()
    await stop()
  }, 20_000)

  test('the keyboard leads from the sessions to a turn', async () => {
    const { url, stop } = serveHistory()
    const { page, complaints } = await openPage(browser)
    await page.goto(`${url}/sessions`)
    await page.getByRole('link', { name: 'session-49' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'session-49' }).waitFor()
    await page.locator('[id="req_64"] a').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'req_64' }).waitFor()
    expect(complaints).toEqual([])
    await page.close()
    await stop()
  }, 20_000)
})

/** What axe has to say, as `rule: element`. */
function violations(page: Page): Promise<string[]> {
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`)
}
