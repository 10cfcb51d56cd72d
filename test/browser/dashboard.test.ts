import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { lanesYaml } from '../support/lanes.ts'
import { startTestProxy, type TestProxy } from '../support/proxy.ts'
import { CHROMIUM, launchBrowser, openPage } from './browser.ts'

let simulator: Simulator
let open: TestProxy
let locked: TestProxy
let browser: Browser

beforeAll(async () => {
  if (!CHROMIUM) return
  simulator = startSimulator()
  const yaml = lanesYaml(simulator)
  open = await startTestProxy(yaml)
  locked = await startTestProxy(
    yaml.replace('server: {', 'server: { api_keys: [key-of-the-proxy],'),
  )
  browser = await launchBrowser(CHROMIUM)
}, 60_000)
afterAll(async () => {
  if (!CHROMIUM) return
  await browser.close()
  await open.stop(0)
  await locked.stop(0)
  await simulator.stop()
})

const ask = (model: string) =>
  post(open.url, { model, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] })

describe.skipIf(!CHROMIUM)('in a browser', () => {
  test('a request appears in the open page by itself', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${open.url}/requests`)
    const id = (await ask('bedrock')).headers.get('request-id') ?? ''
    await page.locator(`a[href="/requests/${id}"]`).first().waitFor()
    await page.locator(`a[href="/requests/${id}"]`).first().click()
    await page.getByRole('heading', { name: id }).waitFor()
    expect(complaints).toEqual([])
    await page.close()
  }, 20_000)

  test('a model name that is markup stays text', async () => {
    const name = '<img src=x onerror=alert(1)>-anthropic'
    await ask(name)
    const { page, complaints } = await openPage(browser)
    let alerts = 0
    page.on('dialog', (dialog) => {
      alerts++
      return dialog.dismiss()
    })
    await page.goto(`${open.url}/requests`)
    await page.locator('#request-table').getByText(name).first().waitFor()
    expect(alerts).toBe(0)
    expect(complaints).toEqual([])
    await page.close()
  }, 20_000)

  test('a key opens the dashboard, once and for all pages', async () => {
    const { page } = await openPage(browser)
    await page.goto(locked.url)
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.getByLabel('Key').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Key').fill('key-of-the-proxy')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${locked.url}/`)
    await page.goto(`${locked.url}/providers`)
    expect(new URL(page.url()).pathname).toBe('/providers')
    await page.close()
  }, 20_000)
})
