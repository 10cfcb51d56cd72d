import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { RequestPage, SessionPage } from '../../src/history/answers.ts'
import { startServer } from '../bench/rig.ts'
import { CHROMIUM, launchBrowser } from './browser.ts'

/*
 * Takes the pictures of the README, of the demo after so many minutes of traffic, in both themes:
 *   bun test/browser/screenshots.ts [MINUTES [FOLDER]]
 */

const SIZE = { width: 1280, height: 800 }
const minutes = Number(Bun.argv[2] ?? '10')
const root = join(import.meta.dir, '../..')
const folder = Bun.argv[3] ?? join(root, '.github/screenshots')

if (!CHROMIUM) throw new Error('this needs a chromium on the PATH')
await using stack = new AsyncDisposableStack()
const command = [process.execPath, join(root, 'src/main.ts'), 'demo', '--port', '0']
const home = await mkdtemp(join(tmpdir(), 'claude-proxy-screenshots-'))
stack.defer(() => rm(home, { recursive: true }))
const { url } = stack.use(await startServer(command, home, (minutes + 2) * 60_000))
await Bun.sleep(minutes * 60_000)
const browser = await launchBrowser(CHROMIUM)
stack.defer(() => browser.close())
const page = await browser.newPage({ viewport: SIZE })
for (const [name, path] of Object.entries(await pathsOf())) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await shoot(page, path, join(folder, `${name}-${colorScheme}.png`))
  }
}

/** Where each page shows most. */
async function pathsOf(): Promise<Record<string, string>> {
  const rescued = await get<RequestPage>('/api/requests?fell_back=true&state=complete&limit=1')
  const dearest = await get<SessionPage>('/api/sessions?order=total_tokens&limit=1')
  return {
    overview: '/?range=15m',
    requests: '/requests?range=15m',
    request: `/requests/${rescued.requests[0]?.id}`,
    sessions: '/sessions?range=1h',
    session: `/sessions/${encodeURIComponent(dearest.sessions[0]?.session_id ?? '')}`,
    errors: '/errors?range=1h',
    providers: '/providers',
  }
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(url + path)
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return (await response.json()) as T
}

async function shoot(page: Page, path: string, file: string): Promise<void> {
  await page.goto(url + path)
  // What the script tells: relative times.
  await page.waitForFunction('document.readyState === "complete"')
  await page.screenshot({ path: file })
}
