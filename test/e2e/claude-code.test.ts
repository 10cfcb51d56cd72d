import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ACCESS_KEY, SECRET_KEY } from '../../src/simulator/sigv4.ts'
import { type Simulator, type Step, startSimulator } from '../../src/simulator/simulator.ts'
import { type Installed, installBinary, type Running } from '../binary/binary.ts'

/** The native binary of `@anthropic-ai/claude-code`; without it these tests are skipped. */
const CLAUDE = process.env.CLAUDE_CODE_BIN

const MODELS = {
  anthropic: 'claude-opus-5-5',
  bedrock: 'us.anthropic.claude-opus-5-5',
  openai: 'gpt-oss-120b',
}
type Lane = keyof typeof MODELS

let simulator: Simulator
let installed: Installed
let folder: string
let proxy: Running
let url: string

beforeAll(async () => {
  if (!CLAUDE) return
  simulator = startSimulator()
  installed = await installBinary()
  folder = await installed.folder('work')
  await writeFile(join(folder, 'hello.txt'), 'The password is swordfish.\n')
  const config = join(folder, 'proxy.yaml')
  await writeFile(config, yaml(simulator.url), { mode: 0o600 })
  proxy = installed.start(['--config', config, '--port', '0'], {
    // Bedrock is signed for real: the simulator checks the signature.
    env: { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY },
  })
  const listening = await proxy.said(/listens on (\S+)/)
  url = listening[1] ?? ''
}, 120_000)
afterAll(async () => {
  if (!CLAUDE) return
  proxy.signal('SIGTERM')
  expect((await proxy.ended).code).toBe(0)
  await installed.remove()
  await simulator.stop()
})

/** A route for each lane, and one through all three of them. */
function yaml(simulated: string): string {
  const step = (lane: Lane) => `{ name: ${lane}-sim, variants: [{ model: ${MODELS[lane]} }] }`
  const lanes = Object.keys(MODELS) as Lane[]
  return `
providers:
  anthropic-sim: { type: anthropic, base_url: "${simulated}", api_key: key-of-anthropic }
  bedrock-sim: { type: bedrock, region: us-west-2, endpoint: "${simulated}" }
  openai-sim: { type: openai, base_url: "${simulated}/v1", api_key: key-of-openai }
routing:
  models:
    - { model: claude-chain, provider_sequence: [${lanes.map(step).join(', ')}] }
${lanes.map((lane) => `    - { model: claude-${lane}, provider_sequence: [${step(lane)}] }`).join('\n')}
`
}

/** Claude Code reads the file with its tool and says what is in it. */
function conversation(): Step[] {
  const file_path = join(folder, 'hello.txt')
  return [
    { kind: 'tool', text: 'I will read it.', calls: [{ name: 'Read', input: { file_path } }] },
    { kind: 'text', text: 'It says that the password is swordfish.' },
  ]
}

async function claude(model: string): Promise<{ exitCode: number; result: string }> {
  const child = Bun.spawn(
    [
      CLAUDE ?? '',
      '-p',
      'What does hello.txt say?',
      '--model',
      model,
      '--output-format',
      'json',
      '--allowedTools',
      'Read',
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_AUTH_TOKEN: 'any',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        NO_PROXY: '127.0.0.1',
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    },
  )
  const { result } = JSON.parse(await child.stdout.text()) as { result: string }
  return { exitCode: await child.exited, result }
}

interface Row {
  id: string
  requested_model: string
  state: string
  attempts: { provider: string; outcome: string }[]
}

/** The rows of a model, oldest first, each with its attempts. */
async function rowsOf(model: string): Promise<Row[]> {
  const page = await fetch(`${url}/api/requests?limit=100`)
  const { requests } = (await page.json()) as { requests: Row[] }
  const ids = requests.filter((row) => row.requested_model === model).map(({ id }) => id)
  const rows = ids.reverse().map(async (id) => (await fetch(`${url}/api/requests/${id}`)).json())
  return (await Promise.all(rows)) as Row[]
}

describe.skipIf(!CLAUDE)('Claude Code, through the compiled binary', () => {
  test.each(Object.keys(MODELS) as Lane[])(
    'reads a file and answers on the %s lane',
    async (lane) => {
      simulator.script(MODELS[lane], ...conversation())
      const { exitCode, result } = await claude(`claude-${lane}`)
      expect(result).toBe('It says that the password is swordfish.')
      expect(exitCode).toBe(0)
      const rows = await rowsOf(`claude-${lane}`)
      expect(rows.map(({ state, attempts }) => [state, attempts.length])).toEqual([
        ['complete', 1],
        ['complete', 1],
      ])
      const page = await (await fetch(`${url}/requests`)).text()
      for (const { id } of rows) expect(page).toContain(id)
    },
    60_000,
  )

  test('never notices that two targets said 429', async () => {
    const refusal: Step = { kind: 'refuse', status: 429, headers: { 'retry-after': '30' } }
    simulator.script(MODELS.anthropic, refusal)
    simulator.script(MODELS.bedrock, refusal)
    simulator.script(MODELS.openai, ...conversation())
    const { exitCode, result } = await claude('claude-chain')
    expect(result).toBe('It says that the password is swordfish.')
    expect(exitCode).toBe(0)
    const [first, second] = await rowsOf('claude-chain')
    expect(first?.attempts.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['anthropic-sim', 'rate_limited'],
      ['bedrock-sim', 'rate_limited'],
      ['openai-sim', 'ok'],
    ])
    // Who said 429 is left alone.
    expect(second?.attempts.map(({ provider }) => provider)).toEqual(['openai-sim'])
  }, 60_000)
})
