import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { lanesYaml, SPARE } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

let simulator: Simulator
let proxy: TestProxy
let browser: Browser

beforeAll(async () => {
  if (!CHROMIUM) return
  simulator = startSimulator()
  proxy = await startTestProxy(`${lanesYaml(simulator)}history: { payloads: all }`)
  browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(async () => {
  if (!CHROMIUM) return
  await browser.close()
  await proxy.stop(0)
  await simulator.stop()
})

const AXE = `${import.meta.dir}/../../node_modules/axe-core/axe.min.js`

const BODY = JSON.stringify({
  model: 'anthropic',
  max_tokens: 10,
  stream: true,
  system: "It's $HOME.",
  messages: [{ role: 'user', content: 'Hi' }],
})

/** A request that was answered and kept; gives its id. */
async function ask(): Promise<string> {
  const response = await post(proxy.url, BODY)
  await response.text()
  const id = response.headers.get('request-id') ?? ''
  await proxy.kept(id)
  return id
}

async function open(id: string, options: { javaScriptEnabled?: boolean } = {}) {
  const opened = await openPage(browser, options)
  await opened.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await opened.page.goto(`${proxy.url}/requests/${id}`)
  return opened
}

async function copied(page: Page, button: string): Promise<string> {
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const text = await page.evaluate<string>('navigator.clipboard.readText()')
  await page.getByRole('button', { name: button }).waitFor()
  return text
}

async function replayToSpare(page: Page) {
  await page.getByLabel('Send again').selectOption(`spare/${SPARE}`)
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.waitForURL(/\/compare\//)
}

describe.skipIf(!CHROMIUM)('the page of a request', () => {
  test('copies what it says it does', async () => {
    const id = await ask()
    const { page, complaints } = await open(id)

    expect(await copied(page, 'Copy id')).toBe(id)
    expect(JSON.parse(await copied(page, 'Copy JSON'))).toMatchObject({ id, state: 'complete' })
    expect(await copied(page, 'Copy body')).toBe(BODY)
    const command = await copied(page, 'Copy as curl')
    expect(command).toContain(`curl --no-buffer '${proxy.url}/v1/messages'`)
    expect(command).toContain(String.raw`It'\''s $HOME.`)

    expect(complaints).toEqual([])
    await page.context().close()
  }, 30_000)

  test.skipIf(!Bun.which('curl'))(
    'gives a command that asks the same again',
    async () => {
      const id = await ask()
      const command = await (await fetch(`${proxy.url}/requests/${id}/curl`)).text()
      const { stdout } = Bun.spawn(['sh'], { stdin: Buffer.from(command), stderr: 'ignore' })
      expect(await new Response(stdout).text()).toContain('event: message_stop')
      const [repeated] = simulator.calls.slice(-1)
      expect(repeated?.body).toEqual({ ...JSON.parse(BODY), model: 'claude-opus-5-5' })
    },
    20_000,
  )

  test('sends it again to another target, and compares the answers', async () => {
    const id = await ask()
    const { page, complaints } = await open(id)

    await replayToSpare(page)

    const [replay] = await proxy.requests()
    expect(replay).toMatchObject({ replay_of: id, provider: 'spare', state: 'complete' })
    expect(page.url()).toBe(`${proxy.url}/requests/${id}/compare/${replay?.id}`)
    expect(await page.locator('.differs').first().textContent()).toContain('spare')
    expect(complaints).toEqual([])
    await page.context().close()
  }, 30_000)

  test('shows the new answer as soon as that is written', async () => {
    const id = await ask()
    const { page } = await open(id)
    await replayToSpare(page)

    await page.locator('.sides .answer').nth(1).waitFor()
    await page.context().close()
  }, 30_000)

  test('can be asked once at a time', async () => {
    const id = await ask()
    const { page } = await open(id)
    // While the browser is on its way to the next page, it tells nothing of this one.
    await page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    await page.getByRole('button', { name: 'Replay' }).click()
    const waiting = page.getByRole('button', { name: 'Waiting for the answer', disabled: true })
    await waiting.waitFor()
    await page.context().close()
  }, 30_000)

  test('leads to those next to it, and folds what it says', async () => {
    const older = await ask()
    const newer = await ask()
    const { page, complaints } = await open(newer)

    await page.locator('[rel=next]').click()
    await page.waitForURL(`${proxy.url}/requests/${older}`)
    await page.locator('[rel=prev]').click()
    await page.waitForURL(`${proxy.url}/requests/${newer}`)

    expect(await page.getByText("It's $HOME.").last().isVisible()).toBe(false)
    await page.locator('#system summary').click()
    expect(await page.locator('#system pre').isVisible()).toBe(true)
    await page.locator('#message-0 summary').click()
    expect(await page.locator('#message-0 pre').isVisible()).toBe(false)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 30_000)

  test('does without scripts all but copy', async () => {
    const { page, complaints } = await open(await ask(), { javaScriptEnabled: false })

    expect(await page.locator('button.copy:visible').count()).toBe(0)
    await page.getByText('The command').click()
    expect(await page.locator('.curl pre').textContent()).toContain('$ANTHROPIC_API_KEY')
    await replayToSpare(page)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      'A request and its replay',
    )
    expect(complaints).toEqual([])
    await page.context().close()
  }, 30_000)

  test.each(['light', 'dark'] as const)(
    'is accessible in %s, and fits a phone',
    async (scheme) => {
      const { page } = await open(await ask())
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width: 360, height: 800 })
      const check = async () => {
        const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        expect(wide).toBe(false)
        await page.evaluate(await Bun.file(AXE).text())
        const broken = 'axe.run().then(({ violations }) => violations.map(({ id }) => id))'
        expect(await page.evaluate<string[]>(broken)).toEqual([])
      }
      await check()
      await replayToSpare(page)
      await check()
      await page.context().close()
    },
    60_000,
  )
})
