import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { version } from '../../package.json'
import type { RequestPage } from '../../src/history/answers.ts'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { pdfBlock, pdfOf } from '../providers/translation/pdf-file.ts'
import { type Installed, installBinary, type Running } from './binary.ts'

setDefaultTimeout(30_000)

let installed: Installed

beforeAll(async () => {
  installed = await installBinary()
}, 120_000)

afterAll(() => installed.remove())

test('it tells its version', async () => {
  const { code, stdout } = await installed.run(['--version'])
  expect(stdout).toBe(`claude-proxy ${version}\n`)
  expect(code).toBe(0)
})

test('no file in the folder it is started in changes what it does', async () => {
  const cwd = await hostileFolder()
  const exports = await installed.run(['env'], { cwd })
  expect(exports.stdout).toContain('http://127.0.0.1:3001')
  const place = await installed.run(['config', 'path'], { cwd })
  expect(place.stderr).toStartWith('No config file.')
  expect(existsSync(join(cwd, 'evil-was-here'))).toBe(false)
})

test('bun itself would have run what stands in that folder', async () => {
  const cwd = await hostileFolder()
  const main = join(import.meta.dir, '..', '..', 'src', 'main.ts')
  await Bun.spawn([process.execPath, main, '--version'], { cwd, stdout: 'ignore' }).exited
  expect(existsSync(join(cwd, 'evil-was-here'))).toBe(true)
})

test('the demo answers, shows its pages and fills its history', async () => {
  const cwd = await hostileFolder()
  const demo = installed.start(['demo', '--port', '0'], { cwd })
  const [, url = ''] = await demo.said(/Open (\S+) to watch/)

  const models = (await getJson(`${url}/v1/models`)) as { data: { id: string }[] }
  expect(models.data.map(({ id }) => id)).toContain('us.anthropic.claude-opus-5-5')

  const page = await (await fetch(url)).text()
  const assets = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  expect(assets).toHaveLength(4)
  for (const path of assets) expect((await fetch(`${url}${path}`)).status).toBe(200)

  await demo.said(/ 200 claude-\S+ → /)
  const { requests } = (await getJson(`${url}/api/requests`)) as RequestPage
  expect(requests.map(({ state }) => state)).toContain('complete')
  expect(existsSync(join(cwd, 'evil-was-here'))).toBe(false)
  await stop(demo)
})

test('it serves by its config and keeps the history to its owner', async () => {
  const simulator = startSimulator()
  const folder = await installed.folder('serve')
  const config = join(folder, 'config.yaml')
  await Bun.write(config, configFor(simulator.url))
  const history = join(folder, 'history.db')
  const proxy = installed.start(['--config', config, '--db', history, '--port', '0'])
  const url = await addressOf(proxy)

  const answer = await ask(url)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-proxy-provider')).toBe('anthropic')
  expect(await answer.text()).toContain('event: message_stop')

  for (const file of [history, `${history}-wal`, `${history}.lock`]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  }
  await stop(proxy)
  await simulator.stop()

  const again = installed.start(['--config', config, '--db', history, '--port', '0'])
  const { requests } = (await getJson(`${await addressOf(again)}/api/requests`)) as RequestPage
  expect(requests.map(({ id }) => id)).toEqual([answer.headers.get('request-id') ?? ''])
  await stop(again)
})

test('it reads the text of a PDF for a model that takes no files', async () => {
  const simulator = startSimulator()
  const config = join(await installed.folder('pdf'), 'config.yaml')
  const local = `providers: { local: { type: openai, base_url: "${simulator.url}/as/vllm" } }`
  await Bun.write(config, local)
  simulator.script('claude-opus-5-5')
  const proxy = installed.start(['--config', config, '--db', ':memory:', '--port', '0'])
  const content = [pdfBlock(pdfOf('Revenue was up.'))]
  await fetch(`${await addressOf(proxy)}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 10,
      messages: [{ role: 'user', content }],
    }),
  })
  expect(simulator.calls[0]?.text).toContain('Revenue was up.')
  await stop(proxy)
  await simulator.stop()
})

test('a second one on the same history says why it does not start', async () => {
  const history = join(await installed.folder('shared'), 'history.db')
  const first = installed.start(['--db', history, '--port', '0'])
  await addressOf(first)
  const second = await installed.run(['--db', history, '--port', '0'])
  expect(second.stderr).toBe(
    `claude-proxy: the history ${history} is in use by another claude-proxy\n`,
  )
  expect(second.code).toBe(1)
  await stop(first)
})

test.each(['serve', 'demo'])(
  '%s on a port in use costs one line that names it',
  async (command) => {
    const first = installed.start(['--db', ':memory:', '--port', '0'])
    const { port } = new URL(await addressOf(first))
    const { code, stderr } = await installed.run([command, '--db', ':memory:', '--port', port])
    await stop(first)
    expect(stderr).toBe(`claude-proxy: port ${port} on 127.0.0.1 is in use by another program\n`)
    expect(code).toBe(1)
  },
)

test('it has more requests under way than Bun lets out by itself', async () => {
  const simulator = startSimulator()
  const gate = Promise.withResolvers<void>()
  const waiting = { kind: 'text', text: 'one two', deltas: 2, gate: gate.promise } as const
  simulator.script('claude-opus-5-5', ...Array.from({ length: MANY }, () => waiting))
  const folder = await installed.folder('many')
  const config = join(folder, 'proxy.yaml')
  await Bun.write(
    config,
    `providers: { other: { type: anthropic, base_url: "${simulator.url}", api_key: any-key } }`,
  )
  const proxy = installed.start(['--config', config, '--db', ':memory:', '--port', '0'])
  const url = await addressOf(proxy)
  const agent = new Agent({ maxSockets: MANY })
  const answers = Array.from({ length: MANY }, () => firstByte(url, agent))
  await Promise.all(answers)
  gate.resolve()
  await stop(proxy)
  await simulator.stop()
})

/** Over Bun's 256; our own fetch has that limit too, so the client is Node's. */
const MANY = 300

function firstByte(url: string, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const headers = { 'content-type': 'application/json' }
  const asking = request(`${url}/v1/messages`, { method: 'POST', headers, agent }, (response) => {
    response.once('data', () => resolve())
    response.resume()
  })
  asking.on('error', reject)
  asking.end(
    JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 10,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  )
  return promise
}

test.each(['--nope', 'nope', '--port http', 'config nope', 'serve more'])(
  'wrong use ends with 2: %s',
  async (line) => {
    const { code, stdout, stderr } = await installed.run(line.split(' '))
    expect(stderr).toStartWith('claude-proxy: ')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  },
)

test('a mistake in the config is shown where it stands', async () => {
  const config = join(await installed.folder('mistaken'), 'config.yaml')
  await Bun.write(config, 'server:\n  prot: 3001\n')
  const { code, stderr } = await installed.run(['--config', config, '--port', '0'])
  expect(stderr).toContain(`${config}:2:3`)
  expect(stderr).toContain('did you mean "port"')
  expect(code).toBe(1)
})

test('with nothing configured it starts and says what is missing', async () => {
  const proxy = installed.start(['--db', ':memory:', '--port', '0'])
  const url = await addressOf(proxy)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  const answer = await ask(url)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({
    type: 'error',
    error: { message: expect.stringContaining('ANTHROPIC_API_KEY') },
  })
  await stop(proxy)
})

/** What a cloned repository could hold to take over a program that is started inside it. */
async function hostileFolder(): Promise<string> {
  const folder = await installed.folder('hostile')
  const files = {
    '.env': 'PORT=6666\nCLAUDE_PROXY_CONFIG=config.yaml\n',
    'bunfig.toml': 'preload = ["./evil.js"]\n',
    'evil.js': `require('node:fs').writeFileSync('evil-was-here', '')\n`,
    'config.yaml': 'server: { port: 6666 }\n',
    'package.json': '{ "imports": { "#evil": "./evil.js" }, "main": "evil.js" }\n',
    'tsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./evil.js"] } } }\n',
  }
  for (const [name, text] of Object.entries(files)) await Bun.write(join(folder, name), text)
  return folder
}

function configFor(upstream: string): string {
  return `
providers:
  anthropic: { type: anthropic, base_url: "${upstream}", api_key: simulated-anthropic-key }
routing:
  models:
    - model: default
      provider_sequence:
        - name: anthropic
          variants: [{ model: claude-opus-5-5 }]
`
}

async function addressOf(proxy: Running): Promise<string> {
  const [, url = ''] = await proxy.said(/listens on (\S+)/)
  return url
}

function ask(url: string): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 64,
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  })
}

async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

async function stop(running: Running): Promise<void> {
  running.signal('SIGTERM')
  expect((await running.ended).code).toBe(0)
}
