import { Elysia } from 'elysia'
import type { Browser, Page } from 'playwright-core'
import { requestsApi } from '../../src/api/requests.ts'
import type { RequestRow } from '../../src/history/schema.ts'
import { aRequest, aTarget, openDashboard } from '../dashboard/cast.ts'
import { openPage } from './browser.ts'

/** A dashboard on a free port, with these requests in its history, and a browser that looks at it. */
export async function openServed(
  browser: Browser,
  rows: Partial<RequestRow>[],
  options: { path?: string; javaScriptEnabled?: boolean } = {},
) {
  const { app, history, reader } = openDashboard([aTarget()])
  const record = (row: Partial<RequestRow>) => history.record(aRequest(row), [])
  for (const row of rows) record(row)
  const served = new Elysia().use(requestsApi({ reader, now: Date.now })).use(app)
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: served.fetch })
  const { origin } = server.url
  const { page, complaints } = await openPage(browser, options)
  await page.addInitScript(LISTEN)
  await page.goto(origin + (options.path ?? '/requests'))
  return {
    page,
    complaints,
    origin,
    record,
    async [Symbol.asyncDispose]() {
      await page.close()
      await server.stop(true)
    },
  }
}

/** Notes what the page asks for after it was loaded. */
const LISTEN = `
  window.asked = []
  const ask = window.fetch
  window.fetch = (address, ...rest) => {
    asked.push(address)
    return ask(address, ...rest)
  }`

/** Has the page ask for itself now, as it does every two seconds. */
export const tick = (page: Page) => page.evaluate("htmx.trigger('#live', 'refresh')")

/** The same, until the answer is there. */
export async function refresh(page: Page) {
  await page.evaluate(
    `new Promise((done) => {
      document.addEventListener('htmx:finally:request', done, { once: true })
      htmx.trigger('#live', 'refresh')
    })`,
  )
}

/** What was asked for since, by the script of the page. */
export const asked = (page: Page) => page.evaluate<string[]>('asked')

export const rowIds = (page: Page) =>
  page.locator('#request-table tbody tr').evaluateAll((rows) => rows.map(({ id }) => id))
