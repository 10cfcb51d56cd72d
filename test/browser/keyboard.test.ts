import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { CHROMIUM, launchBrowser } from './browser.ts'
import { openServed } from './served.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

const THREE = [{ id: 'req_3' }, { id: 'req_2' }, { id: 'req_1' }]

/** The row the keyboard stands in. */
const cursor = (page: Page) => page.locator('tr:has(:focus-visible)').getAttribute('id')
const hasFocus = (page: Page, selector: string) => page.locator(`${selector}:focus`).count()
const isHelpOpen = (page: Page) => page.locator('#shortcuts').isVisible()

describe.skipIf(!CHROMIUM)('the keyboard', () => {
  test('goes through the rows, opens one, and comes back to the same list', async () => {
    await using served = await openServed(browser, THREE, { path: '/requests?provider=bedrock' })
    const { page, origin, complaints } = served

    await page.keyboard.press('j')
    expect(await cursor(page)).toBe('req_3')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await cursor(page)).toBe('req_1')
    await page.keyboard.press('k')
    expect(await cursor(page)).toBe('req_2')
    await page.keyboard.press('Escape')
    expect(await page.locator('tr:focus-within').count()).toBe(0)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'req_3' }).waitFor()
    expect(page.url()).toBe(`${origin}/requests/req_3?provider=bedrock`)

    await page.keyboard.press('Escape')
    await page.waitForURL(`${origin}/requests?provider=bedrock`)
    expect(complaints).toEqual([])
  }, 20_000)

  test('goes past the rows that are folded', async () => {
    await using served = await openServed(browser, THREE, { path: '/' })
    const { page } = served
    expect(await page.locator('.numbers:not([open]) tr a').count()).toBeGreaterThan(0)

    const stops: boolean[] = []
    for (let stop = 0; stop < 3; stop++) {
      await page.keyboard.press('j')
      stops.push(await page.locator('tr a:focus').isVisible())
    }
    expect(stops).toEqual([true, true, true])
    expect(await cursor(page)).toBe('req_2')
  }, 20_000)

  test('focuses the search, from every page', async () => {
    await using served = await openServed(browser, THREE)
    const { page, origin } = served

    await page.keyboard.press('/')
    expect(await hasFocus(page, '#search')).toBe(1)
    expect(await page.locator('#search').inputValue()).toBe('')

    await page.goto(`${origin}/providers`)
    await page.keyboard.press('/')
    await page.waitForURL(`${origin}/requests#search`)
    await page.locator('#search:focus').waitFor()
  }, 20_000)

  const places = [
    ['o', '/'],
    ['r', '/requests'],
    ['s', '/sessions'],
    ['e', '/errors'],
    ['p', '/providers'],
  ] as const
  test('goes to every page', async () => {
    await using served = await openServed(browser, THREE)
    const { page, origin } = served
    for (const [key, path] of places) {
      await page.goto(`${origin}/providers?from=${key}`)
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.waitForURL(origin + path)
    }
  }, 20_000)

  test('is shown in a dialog, which gives the focus back', async () => {
    await using served = await openServed(browser, THREE)
    const { page, complaints } = served
    await page.keyboard.press('j')

    await page.keyboard.press('?')
    expect(await isHelpOpen(page)).toBe(true)
    await page.keyboard.press('j')
    await page.keyboard.press('Escape')
    expect(await isHelpOpen(page)).toBe(false)
    expect(await cursor(page)).toBe('req_3')

    await page.getByRole('button', { name: 'Keys' }).click()
    expect(await isHelpOpen(page)).toBe(true)
    await page.getByRole('button', { name: 'Close' }).click()
    expect(await isHelpOpen(page)).toBe(false)
    expect(complaints).toEqual([])
  }, 20_000)

  test('types in a field, and is left to the browser with Ctrl', async () => {
    await using served = await openServed(browser, THREE)
    const { page } = served

    await page.locator('#search').focus()
    await page.keyboard.type('g?./jk')
    expect(await page.locator('#search').inputValue()).toBe('g?./jk')
    expect(await isHelpOpen(page)).toBe(false)

    await page.keyboard.press('Escape')
    expect(await page.locator('#search').inputValue()).toBe('g?./jk')
    await page.keyboard.press('j')
    expect(await page.locator('tr:focus-within').count()).toBe(1)
    await page.keyboard.press('Escape')

    await page.locator('h1').click()
    await page.keyboard.press('Control+j')
    expect(await page.locator('tr:focus-within').count()).toBe(0)
    expect(await page.locator('#live-control').getAttribute('data-state')).toBe('live')
  }, 20_000)

  test.each([
    ['#facet-provider', 'a'],
    ['#facet-least', 'input'],
    ['#custom-range', 'input'],
  ])(
    'closes what hangs over the page (%s), and stands again where it was opened',
    async (id, within) => {
      await using served = await openServed(browser, THREE)
      const { page } = served
      const list = page.locator(id)

      await list.locator('summary').focus()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      expect(await hasFocus(page, `${id} ${within}`)).toBe(1)
      await page.keyboard.press('Escape')

      expect(await list.getAttribute('open')).toBeNull()
      expect(await hasFocus(page, `${id} summary`)).toBe(1)

      await list.locator('summary').click()
      await page.locator('h1').click()
      expect(await list.getAttribute('open')).toBeNull()
    },
    20_000,
  )

  test('a click anywhere in a row opens it, unless a text was marked', async () => {
    await using served = await openServed(browser, THREE)
    const { page, origin } = served

    const box = await page.locator('#req_2 .requested .name').boundingBox()
    if (!box) throw new Error('The name is not there.')
    await page.mouse.move(box.x + 1, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2)
    await page.mouse.up()
    expect(await page.evaluate<string>('String(getSelection())')).toContain('sonnet')
    expect(page.url()).toBe(`${origin}/requests`)

    await page.locator('h1').click()
    await page.locator('#req_2 .number').last().click()

    await page.waitForURL(`${origin}/requests/req_2`)
  }, 20_000)

  test('a click with Ctrl opens a row in a tab of its own, and beside the rows nothing', async () => {
    await using served = await openServed(browser, THREE)
    const { page, origin } = served
    await page.evaluate('opened = []; open = (address) => opened.push(address)')

    for (const place of ['h1', '#req_2 .number']) {
      await page
        .locator(place)
        .first()
        .click({ modifiers: ['Control'] })
    }

    expect(await page.evaluate<string[]>('opened')).toEqual([`${origin}/requests/req_2`])
  }, 20_000)
})
