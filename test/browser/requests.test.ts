import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { NOW } from '../dashboard/cast.ts'
import { CHROMIUM, launchBrowser } from './browser.ts'
import { asked, openServed, refresh, rowIds } from './served.ts'

let browser: Browser
beforeAll(async () => {
  if (CHROMIUM) browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(() => browser?.close())

const CAST = [
  { id: 'req_4', provider: 'groq', served_model: '<b>a "model"</b>' },
  { id: 'req_3', provider: 'groq', state: 'failed', status: 529, error: 'Busy.' } as const,
  { id: 'req_2', created_at: NOW - 3 * 60 * 60_000 },
  { id: 'req_1', created_at: NOW - 3 * 60 * 60_000 },
]
const FORTY = Array.from({ length: 40 }, (_, index) => ({ id: `req_${index + 10}` }))

const search = (page: Page) => new URL(page.url()).search
/** A mark that is gone once the page is loaded anew. */
const mark = (page: Page) => page.evaluate('window.isSamePage = true')
const isMarked = (page: Page) => page.evaluate('window.isSamePage === true')

describe.skipIf(!CHROMIUM)('the filters', () => {
  test('are chosen and given up in the page that is there, and the way back leads through them', async () => {
    await using served = await openServed(browser, CAST)
    const { page, complaints, record } = served
    await mark(page)

    await page.locator('#facet-provider summary').click()
    await page.getByRole('link', { name: 'groq' }).click()
    await page.locator('#chip-provider').waitFor()
    expect(await rowIds(page)).toEqual(['req_4', 'req_3'])
    expect(search(page)).toBe('?provider=groq')
    expect(await page.locator('#facet-provider :focus').textContent()).toContain('groq')

    await page.keyboard.press('Escape')
    await page.locator('#facet-state summary').click()
    await page.getByRole('link', { name: 'Failed' }).click()
    await page.locator('#chip-state').waitFor()
    expect(await rowIds(page)).toEqual(['req_3'])

    record({ id: 'req_9', created_at: NOW, provider: 'groq', state: 'failed', error: 'Busy.' })
    record({ id: 'req_8', created_at: NOW, provider: 'groq' })
    await page.locator('#req_9').waitFor()
    expect(await rowIds(page)).toEqual(['req_9', 'req_3'])
    expect((await asked(page)).at(-1)).toBe('/requests?state=failed&provider=groq')

    await page.locator('#chip-provider').click()
    await page.locator('#chip-provider').waitFor({ state: 'detached' })
    expect(search(page)).toBe('?state=failed')
    expect(await isMarked(page)).toBe(true)

    await page.goBack()
    await page.locator('#chip-provider').waitFor()
    expect(await rowIds(page)).toEqual(['req_9', 'req_3'])
    await page.goBack()
    await page.locator('#chip-state').waitFor({ state: 'detached' })
    expect(await rowIds(page)).toEqual(['req_8', 'req_9', 'req_4', 'req_3'].toSorted().toReversed())
    expect(complaints).toEqual([])
  }, 30_000)

  test('are typed, and what is empty stays out of the address', async () => {
    await using served = await openServed(browser, CAST, { path: '/requests?provider=groq' })
    const { page, complaints } = served
    await mark(page)

    await page.locator('#search').fill('bus')
    await page.keyboard.press('Enter')
    await page.locator('#chip-search').waitFor()

    expect(await rowIds(page)).toEqual(['req_3'])
    expect(search(page)).toBe('?provider=groq&search=bus')
    expect(await page.locator('#search').evaluate((field) => field.matches(':focus'))).toBe(true)
    expect(await isMarked(page)).toBe(true)

    await page.locator('#chip-search').click()
    await page.locator('#chip-search').waitFor({ state: 'detached' })
    expect(await page.locator('#search').inputValue()).toBe('')
    expect(complaints).toEqual([])
  }, 20_000)

  test('hang over the page only until their form is sent', async () => {
    await using served = await openServed(browser, CAST)
    const { page, complaints } = served

    await page.locator('#custom-range summary').click()
    await page.locator('#custom-range').getByRole('button', { name: 'Show' }).click()
    await page.locator('#chip-since').waitFor()

    expect(await page.locator('#custom-range[open]').count()).toBe(0)
    expect(await page.locator('#custom-range summary:focus').count()).toBe(1)
    expect(complaints).toEqual([])
  }, 20_000)

  test('take the time of a bar, and one of our ranges', async () => {
    await using served = await openServed(browser, CAST)
    const { page, complaints } = served
    await mark(page)

    await page.locator('#histogram a').first().click()
    await page.locator('#chip-since').waitFor()
    expect(await rowIds(page)).toEqual(['req_2', 'req_1'])

    await page.locator('#range').getByRole('link', { name: '1h' }).click()
    await page.locator('#chip-since').waitFor({ state: 'detached' })
    expect(await rowIds(page)).toEqual(['req_4', 'req_3'])
    expect(search(page)).toBe('?range=1h')
    expect(await isMarked(page)).toBe(true)
    expect(complaints).toEqual([])
  }, 20_000)

  test('go with two dates that are chosen after them', async () => {
    await using served = await openServed(browser, CAST)
    const { page } = served
    await page.locator('#facet-provider summary').click()
    await page.getByRole('link', { name: 'groq' }).click()
    await page.locator('#chip-provider').waitFor()

    await page.locator('#custom-range summary').click()
    await page.locator('#custom-range').getByRole('button').click()
    await page.locator('#chip-since').waitFor()

    expect(search(page)).toContain('provider=groq')
    expect(await page.locator('#chip-provider').count()).toBe(1)
  }, 20_000)

  test('show markup as text, and are links and forms without scripts', async () => {
    await using served = await openServed(browser, CAST, { javaScriptEnabled: false })
    const { page, complaints } = served

    await page.locator('#facet-served_model summary').click()
    await page.getByRole('link', { name: '<b>a "model"</b>' }).click()
    await page.locator('#chip-served_model').waitFor()
    expect(await rowIds(page)).toEqual(['req_4'])

    await page.getByRole('link', { name: 'Show all' }).click()
    await page.locator('#search').fill('Busy')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.locator('#chip-search').waitFor()
    expect(await rowIds(page)).toEqual(['req_3'])
    expect(await page.locator('#shortcuts-opener').isVisible()).toBe(false)
    expect(complaints).toEqual([])
  }, 20_000)

  test('fold away where there is no room for them', async () => {
    await using served = await openServed(browser, CAST)
    const { page } = served
    expect(await page.locator('#facet-provider').isVisible()).toBe(true)

    await page.setViewportSize({ width: 360, height: 800 })
    expect(await page.locator('#facet-provider').isVisible()).toBe(false)
    await page.locator('#facets > summary').click()
    expect(await page.locator('#facet-provider').isVisible()).toBe(true)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  }, 20_000)
})

describe.skipIf(!CHROMIUM)('the pages of the table', () => {
  test('are read from the top of the list', async () => {
    await using served = await openServed(browser, FORTY, { path: '/requests?size=20' })
    const { page, complaints } = served

    await page.getByRole('link', { name: 'Older' }).click()
    await page.locator('#req_29').waitFor()

    const { y } = (await page.locator('#list').boundingBox()) ?? {}
    expect(y).toBeWithin(48, 100)
    expect(complaints).toEqual([])
  }, 20_000)

  test.each([true, false])(
    'lead there and back, with scripts: %p',
    async (javaScriptEnabled) => {
      await using served = await openServed(browser, FORTY, {
        path: '/requests?size=10',
        javaScriptEnabled,
      })
      const { page, complaints } = served

      await page.getByRole('link', { name: 'Older' }).click()
      await page.locator('#req_39').waitFor()
      expect(await rowIds(page)).toEqual(
        Array.from({ length: 10 }, (_, index) => `req_${39 - index}`),
      )
      expect(search(page)).toBe('?size=10&before=req_40')
      if (javaScriptEnabled) {
        await page.locator('h1').hover()
        await refresh(page)
        expect((await asked(page)).at(-1)).toMatch(/^\/requests\/new\?size=10&before=req_40&/)
      }

      await page.getByRole('link', { name: 'Newer', exact: true }).click()
      await page.locator('#req_49').waitFor()
      await page.goBack()
      await page.locator('#req_39').waitFor()
      await page.getByRole('link', { name: 'Newest' }).click()
      await page.locator('#req_49').waitFor()
      expect(search(page)).toBe('?size=10')
      expect(complaints).toEqual([])
    },
    30_000,
  )

  test('are saved as what is filtered, up to the moment they were made', async () => {
    await using served = await openServed(browser, CAST, { path: '/requests?provider=groq' })
    const { page, record } = served
    await page.getByRole('button', { name: 'Pause' }).click()
    record({ id: 'req_9', created_at: NOW + 1, provider: 'groq' })

    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'JSONL' }).click()
    const download = await downloading

    expect(download.suggestedFilename()).toBe('requests.jsonl')
    const lines = (await Bun.file(await download.path()).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(await rowIds(page))
  }, 20_000)
})

describe.skipIf(!CHROMIUM)('for everybody', () => {
  const axe = () => Bun.file(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir)).text()

  const states: [state: string, rows: typeof FORTY, path: string][] = [
    ['without a request', [], '/requests'],
    ['with many', FORTY, '/requests?provider=bedrock&size=10'],
    ['with none that is like that', FORTY, '/requests?provider=gone'],
  ]
  test.each(states)(
    'the page is readable %s, at every width in both themes',
    async (_, rows, path) => {
      await using served = await openServed(browser, rows, { path })
      const { page } = served
      await page.evaluate(await axe())
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const width of [360, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 })
          const found = await page.evaluate<{ violations: { id: string }[] }>('axe.run()')
          expect(found.violations.map(({ id }) => id)).toEqual([])
          expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(
            true,
          )
        }
      }
    },
    60_000,
  )
})
