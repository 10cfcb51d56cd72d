import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHROMIUM, launchBrowser } from '../browser/browser.ts'
import { compile, startServer } from './rig.ts'

/*
 * How long a stream stands still because of the dashboard:
 *   bun test/bench/pauses.ts MINUTES [HISTORY]
 * Streams run through the compiled proxy while a browser goes from page to page of its dashboard and
 * stays on each for a while. Every event says when it was sent; the same streams without the proxy
 * tell what the machine itself does to them. HISTORY is a file to work on, which is written to.
 */

const STREAMS = 20
const DIRECT_STREAMS = 4
const PAGES = ['/', '/?range=30d', '/requests', '/errors?range=30d', '/sessions', '/providers']
const PAGE_MS = 10_000

const minutes = Number(Bun.argv[2] ?? '1')
const end = Date.now() + minutes * 60_000
await using stack = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'claude-proxy-pauses-'))
stack.defer(() => rm(folder, { recursive: true }))
const history = Bun.argv[3] ?? join(folder, 'history.db')
const longestMs = (minutes + 5) * 60_000
const start = async (command: string[]) => stack.use(await startServer(command, folder, longestMs))

const ticker = await start([process.execPath, join(import.meta.dir, 'servers.ts'), 'ticker'])
const config = join(folder, 'config.yaml')
await Bun.write(config, configYaml(ticker.url))
const binary = await compile(folder)
const proxy = await start([binary, '--config', config, '--port', '0', '--db', history])

const [proxied, direct] = await Promise.all([
  Promise.all(Array.from({ length: STREAMS }, () => delaysOf(proxy.url))),
  Promise.all(Array.from({ length: DIRECT_STREAMS }, () => delaysOf(ticker.url))),
  lookAround(proxy.url),
])
console.log(`Delay of an event in ms, ${STREAMS} streams for ${minutes} min`)
console.log(lineOf('through the proxy', proxied.flat()))
console.log(lineOf('without it', direct.flat()))

/** The time from sending to arrival of every event until the end, in ms. */
async function delaysOf(url: string): Promise<number[]> {
  const delays: number[] = []
  while (Date.now() < end) {
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
      body: JSON.stringify({
        model: 'ticker',
        max_tokens: 1000,
        stream: true,
        messages: [{ role: 'user', content: 'What time is it?' }],
      }),
    })
    if (!response.ok || !response.body) throw new Error(await response.text())
    for await (const chunk of response.body) {
      const now = performance.timeOrigin + performance.now()
      for (const [, sent] of Buffer.from(chunk)
        .toString()
        .matchAll(/"text":"([\d.]+) "/g)) {
        delays.push(now - Number(sent))
      }
    }
  }
  return delays
}

/** A tab that is open all the time. */
async function lookAround(url: string): Promise<void> {
  if (!CHROMIUM) return console.log('No Chromium: nobody looks at the dashboard.')
  const browser = await launchBrowser(CHROMIUM)
  try {
    const page = await browser.newPage()
    for (let visit = 0; Date.now() < end; visit++) {
      await page.goto(url + PAGES[visit % PAGES.length])
      await Bun.sleep(Math.min(PAGE_MS, Math.max(0, end - Date.now())))
    }
  } finally {
    await browser.close()
  }
}

function lineOf(name: string, delays: number[]): string {
  const sorted = Float64Array.from(delays).sort()
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(1) ?? '-'
  const figures = [0.5, 0.99, 0.999, 1].map((share) => `p${share * 100} ${at(share)}`)
  return `${name.padEnd(20)}${sorted.length} events  ${figures.join('  ')}`
}

function configYaml(ticker: string): string {
  return `
providers:
  ticker: { type: anthropic, base_url: "${ticker}", api_key: bench-key }
routing:
  models:
    - model: default
      provider_sequence: [{ name: ticker, variants: [{ model: ticker }] }]
`
}
