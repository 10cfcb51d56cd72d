import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { post } from '../support/client.ts'
import { lanesYaml } from '../support/lanes.ts'

const ROOT = join(import.meta.dir, '..', '..')
const MODEL = 'claude-opus-5-5'
/** No file may become larger: what a write then gets is much like what a full disk gives it. */
const SMALL_FILES = 'trap "" XFSZ; ulimit -f $1; shift; exec "$@"'

let folder: string
let simulator: Simulator
let child: Bun.Subprocess<'ignore', 'ignore', 'pipe'> | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-full-disk-'))
  simulator = startSimulator()
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await child?.exited
  await simulator.stop()
  await rm(folder, { recursive: true })
})

const body = { model: 'anthropic', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }

test('on a full disk answers go on, it says so, and it stops in good order', async () => {
  await Bun.write(join(folder, 'config.yaml'), lanesYaml(simulator))
  const url = await startProcess(600)
  while ((await fetch(`${url}/ready`)).status === 200) {
    simulator.script(MODEL, { kind: 'text', text: 'Still here.' })
    expect((await post(url, body)).status).toBe(200)
  }
  expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({
    reasons: ['the history cannot be written'],
  })
  simulator.script(MODEL, { kind: 'text', text: 'Still here.' })
  expect((await post(url, body)).status).toBe(200)
  expect(await (await fetch(`${url}/debug`)).text()).not.toContain('"waiting_rows":0')
  child?.kill('SIGTERM')
  expect(await child?.exited).toBe(0)
})

test('on a disk that is full from the start, memory stands in for the file, and it says so', async () => {
  await Bun.write(join(folder, 'config.yaml'), lanesYaml(simulator))
  const url = await startProcess(0)
  simulator.script(MODEL, { kind: 'text', text: 'Still here.' })
  expect((await post(url, body)).status).toBe(200)
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  expect(await (await fetch(`${url}/api/stats`)).json()).toMatchObject({ requests: 1 })
  child?.kill('SIGTERM')
  expect(await child?.exited).toBe(0)
})

async function startProcess(mostKilobytes: number): Promise<string> {
  const paths = ['--config', join(folder, 'config.yaml'), '--db', join(folder, 'history.db')]
  const command = [process.execPath, 'src/main.ts', ...paths, '--port', '0']
  child = Bun.spawn(['bash', '-c', SMALL_FILES, 'bash', String(mostKilobytes), ...command], {
    cwd: ROOT,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const reader = child.stderr.getReader()
  for (let said = ''; ; ) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`it did not start:\n${said}`)
    said += new TextDecoder().decode(value)
    const url = /listens on (\S+)/.exec(said)?.[1]
    if (url) return url
  }
}
