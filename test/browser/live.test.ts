import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { NOW } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser } from './browser.ts'
import { asked, openServed, refresh, rowIds, tick } from './served.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

const TWO = [{ id: 'req_2' }, { id: 'req_1' }]
const FORTY = Array.from({ length: 40 }, (_, index) => ({ id: `req_${index + 10}` }))
const LATER = { id: 'req_99', created_at: NOW }

const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`,
  )

describe.skipIf(!CHROMIUM)('new requests', () => {
  test('come in by themselves, marked, while nobody reads the rows', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record, complaints } = served

    record(LATER)
    await page.locator('#req_99.is-new').waitFor()

    expect(await rowIds(page)).toEqual(['req_99', 'req_2', 'req_1'])
    expect(await page.locator('.is-new').count()).toBe(1)
    expect(await page.locator('#total').textContent()).toBe('3 requests')
    expect(complaints).toEqual([])
  }, 20_000)

  const readings: [how: string, path: string, read: (page: Page) => Promise<unknown>][] = [
    ['points at a row', '/requests', (page) => page.locator('#req_45').hover()],
    [
      'has the focus in the table',
      '/requests',
      (page) => page.locator('#req_40 a').first().focus(),
    ],
    [
      'marks a text in it',
      '/requests',
      (page) => page.locator('#req_40 .model').first().selectText(),
    ],
    ['has scrolled into it', '/requests', (page) => page.evaluate('scrollTo(0, 600)')],
    ['is on a later page', '/requests?before=req_30', async () => {}],
  ]
  test.each(readings)(
    'are only counted while the reader %s',
    async (_, path, read) => {
      await using served = await openServed(browser, FORTY, { path })
      const { page, record, complaints } = served
      const before = await rowIds(page)
      await page.setViewportSize({ width: 1280, height: 500 })
      await read(page)

      record(LATER)
      await tick(page)
      await page.getByText('1 new', { exact: true }).waitFor()
      record({ ...LATER, id: 'req_98' })
      await tick(page)
      await page.getByText('2 new', { exact: true }).waitFor()
      expect(await rowIds(page)).toEqual(before)

      await page.getByText('2 new', { exact: true }).click()
      await page.locator('#req_99.is-new').waitFor()
      expect((await rowIds(page)).slice(0, 3)).toEqual(['req_99', 'req_98', 'req_49'])
      expect(await page.locator('.pill').count()).toBe(0)
      expect(await page.locator('#req_99').isVisible()).toBe(true)
      expect(new URL(page.url()).search).toBe('')
      expect(complaints).toEqual([])
    },
    20_000,
  )

  test('come in once the reader turns elsewhere', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record } = served
    await page.locator('#req_1').hover()
    record(LATER)
    await tick(page)
    await page.locator('.pill').waitFor()

    await page.mouse.move(5, 5)
    await tick(page)

    await page.locator('#req_99').waitFor()
    expect(await page.locator('.pill').count()).toBe(0)
  }, 20_000)

  test('are not sent while there are none', async () => {
    await using served = await openServed(browser, TWO)
    const { page } = served

    const answered = page.waitForResponse(/\/requests$/)
    await tick(page)

    expect((await answered).status()).toBe(304)
  }, 20_000)
})

describe.skipIf(!CHROMIUM)('the refreshing', () => {
  test('rests while paused, on the next pages of this tab too', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record, origin } = served
    await page.getByRole('button', { name: 'Pause' }).click()

    record(LATER)
    await tick(page)
    expect(await asked(page)).toEqual([])

    await page.goto(`${origin}/providers`)
    await page.goto(`${origin}/requests?search=req_9`)
    expect(await page.locator('#live-control').textContent()).toContain('Paused')
    record({ ...LATER, id: 'req_98' })
    await tick(page)
    expect(await asked(page)).toEqual([])

    await page.keyboard.press('.')
    await page.locator('#req_98').waitFor()
    expect(await page.locator('#live-control').textContent()).toContain('Live')
  }, 20_000)

  test('rests in a tab that nobody sees, and catches up', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record } = served
    await setHidden(page, true)

    record(LATER)
    await tick(page)
    expect(await asked(page)).toEqual([])

    await setHidden(page, false)
    await page.locator('#req_99').waitFor()
  }, 20_000)

  test('says when nobody answers, and goes on when somebody does', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record } = served
    const state = page.locator('#live-control')

    await page.route('**/requests*', (route) => route.abort())
    await tick(page)
    await state.getByText('No connection').waitFor()
    expect(await rowIds(page)).toEqual(['req_2', 'req_1'])

    await page.unroute('**/requests*')
    record(LATER)
    await page.locator('#req_99').waitFor()
    expect(await state.textContent()).toContain('Live')
  }, 20_000)

  test('says when it is refused', async () => {
    await using served = await openServed(browser, TWO)
    const { page } = served
    await page.route('**/requests*', (route) => route.fulfill({ status: 401 }))
    await tick(page)

    await page.locator('#live-control').getByText('No connection').waitFor()
    expect(await rowIds(page)).toEqual(['req_2', 'req_1'])
  }, 20_000)

  test('keeps the focus, what is typed, what is marked and what is unfolded', async () => {
    await using served = await openServed(browser, TWO)
    const { page, record, complaints } = served
    await page.locator('#facet-provider summary').click()
    const choice = page.locator('#facet-provider a').first()
    await choice.focus()
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")

    record({ ...LATER, provider: 'groq' })
    await refresh(page)
    await page.locator('#req_99').waitFor()

    expect(await choice.evaluate((link) => link.matches(':focus'))).toBe(true)
    expect(await page.locator('#facet-provider a').count()).toBe(2)
    expect(await page.locator('#facet-provider').getAttribute('open')).toBe('')
    expect(await page.evaluate<string>('String(getSelection())')).toBe('Requests')

    await page.locator('#search').pressSequentially('half a wor')
    record({ ...LATER, id: 'req_98' })
    await refresh(page)
    await page.locator('#req_98').waitFor()
    await page.keyboard.type('d')
    expect(await page.locator('#search').inputValue()).toBe('half a word')
    expect(complaints).toEqual([])
  }, 20_000)
})
