import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SimulatedCall, Step } from '../../src/simulator/simulator.ts'
import { CLAUDE, type Scene, startScene } from './claude-code.ts'

/** Every service, the model it is asked for, and how it is reached. */
const SERVICES = {
  anthropic: { model: 'claude-opus-5-5', config: 'base_url: "URL", api_key: key-of-anthropic' },
  openai: { model: 'gpt-5.6-terra', config: 'base_url: "URL/v1", api_key: key-of-openai' },
  bedrock: {
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    config: 'endpoint: "URL", region: us-west-2',
  },
  cerebras: { model: 'gpt-oss-120b', config: 'base_url: "URL/v1", api_key: key-of-cerebras' },
  openrouter: {
    model: 'anthropic/claude-sonnet-4.5',
    config: 'base_url: "URL/api/v1", api_key: key-of-openrouter',
  },
  groq: { model: 'openai/gpt-oss-120b', config: 'base_url: "URL/openai/v1", api_key: key-of-groq' },
  nova: {
    model: 'us.amazon.nova-pro-v1:0',
    config: 'type: bedrock, endpoint: "URL", region: us-west-2',
  },
  compatible: {
    model: 'gpt-4o',
    config: 'type: openai, base_url: "URL/v1", api_key: key-of-compatible',
  },
} as const
type Service = keyof typeof SERVICES
const NAMES = Object.keys(SERVICES) as Service[]

let scene: Scene

beforeAll(async () => {
  if (!CLAUDE) return
  scene = await startScene(yaml)
  await writeFile(join(scene.folder, 'hello.txt'), 'The password is swordfish.\n')
  await writeFile(join(scene.folder, 'dot.png'), Buffer.from(DOT, 'base64'))
}, 120_000)
afterAll(async () => {
  if (CLAUDE) expect(await scene.stop()).toBe(0)
})

/** A picture of one pixel. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

/** A route for each service, and two in which each of them is the next in line. */
function yaml(simulated: string): string {
  const step = (name: Service) =>
    `{ name: ${name}, variants: [{ model: "${SERVICES[name].model}" }] }`
  const provider = (name: Service) =>
    `  ${name}: { ${SERVICES[name].config.replace('URL', simulated)} }`
  return `
providers:
${NAMES.map(provider).join('\n')}
routing:
  models:
    - { model: claude-roaming, provider_sequence: [${NAMES.map(step).join(', ')}] }
    - { model: claude-returning, provider_sequence: [${NAMES.toReversed().map(step).join(', ')}] }
${NAMES.map((name) => `    - { model: claude-on-${name}, provider_sequence: [${step(name)}] }`).join('\n')}
`
}

/** Five calls: two at once, one of them of a picture; one that fails; and two that do something. */
function turns(): [Step, Step, Step, Step, Step] {
  const file = (name: string) => join(scene.folder, name)
  const call = (name: string, input: Record<string, unknown>) => ({ name, input })
  return [
    {
      kind: 'tool',
      thinking: 'Both can be read at once.',
      text: 'I will look at both.',
      calls: [
        call('Read', { file_path: file('hello.txt') }),
        call('Read', { file_path: file('dot.png') }),
      ],
    },
    { kind: 'tool', calls: [call('Read', { file_path: file('nowhere.txt') })] },
    {
      kind: 'tool',
      thinking: 'Now the sum.',
      calls: [call('Bash', { command: 'echo $((40 + 2))', description: 'Add' })],
    },
    { kind: 'tool', calls: [call('Write', { file_path: file('note.txt'), content: 'done\n' })] },
    { kind: 'text', text: 'All five are done.' },
  ]
}

async function run(model: string): Promise<void> {
  await rm(join(scene.folder, 'note.txt'), { force: true })
  const { exitCode, result } = await scene.claude(model, 'Do five things.', 'Read,Write,Bash')
  expect(result).toBe('All five are done.')
  expect(exitCode).toBe(0)
  expect(await readFile(join(scene.folder, 'note.txt'), 'utf8')).toBe('done\n')
}

/** What the model that spoke last had been told. */
function lastAnswered(calls: readonly SimulatedCall[]): string {
  return calls.findLast(({ status }) => status === 200)?.text ?? ''
}

/** gpt-oss, as Cerebras and Groq serve it, has no eyes. */
const SEES = new Set<Service>([
  'anthropic',
  'openai',
  'bedrock',
  'openrouter',
  'nova',
  'compatible',
])

describe.skipIf(!CLAUDE)('a turn of Claude Code with five tools', () => {
  test.each(NAMES)(
    'comes to its end on %s',
    async (name) => {
      scene.simulator.script(SERVICES[name].model, ...turns())
      await run(`claude-on-${name}`)
      const told = lastAnswered(scene.simulator.calls)
      expect(told).toContain('The password is swordfish.')
      expect(told).toContain('42')
      expect(told).toContain('does not exist')
      if (SEES.has(name)) expect(told).toContain('iVBORw0KGgo')
      else expect(told).toContain('cannot see images')
      const rows = await scene.rowsOf(`claude-on-${name}`)
      expect(rows.map(({ state, attempts }) => [state, attempts.length])).toEqual(
        Array(5).fill(['complete', 1]),
      )
    },
    60_000,
  )

  test.each([
    ['roaming', NAMES],
    ['returning', NAMES.toReversed()],
  ])(
    'comes to its end when every step is answered by another service, %s',
    async (way, names) => {
      const tired: Step = { kind: 'refuse', status: 429, headers: { 'retry-after': '60' } }
      const served = names.slice(0, turns().length)
      for (const [index, turn] of turns().entries()) {
        const name = served[index]
        if (!name) continue
        const steps = name === served.at(-1) ? [turn] : [turn, tired]
        scene.simulator.script(SERVICES[name].model, ...steps)
        // The test before this one has tired it out, too.
        await fetch(`${scene.url}/api/providers/${name}/clear`, { method: 'POST' })
      }
      await run(`claude-${way}`)
      const rows = await scene.rowsOf(`claude-${way}`)
      expect(rows.map(({ state, attempts }) => [state, attempts.at(-1)?.provider])).toEqual(
        served.map((name) => ['complete', name]),
      )
    },
    60_000,
  )
})
