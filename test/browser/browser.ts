import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's; without it these tests are skipped. */
export const CHROMIUM = Bun.which('chromium')

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A page, and everything its console complained about: blocked scripts and styles among it. */
export async function openPage(
  browser: Browser,
  { javaScriptEnabled = true } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ javaScriptEnabled })
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { page, complaints }
}
