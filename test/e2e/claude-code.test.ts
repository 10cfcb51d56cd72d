import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Step } from '../../src/simulator/simulator.ts'
import { CLAUDE, type Scene, startScene } from './claude-code.ts'

const MODELS = {
  anthropic: 'claude-opus-5-5',
  bedrock: 'us.anthropic.claude-opus-5-5',
  openai: 'gpt-oss-120b',
  converse: 'us.amazon.nova-pro-v1:0',
}
type Lane = keyof typeof MODELS

let scene: Scene

beforeAll(async () => {
  if (!CLAUDE) return
  scene = await startScene(yaml)
  await writeFile(join(scene.folder, 'hello.txt'), 'The password is swordfish.\n')
}, 120_000)
afterAll(async () => {
  if (CLAUDE) expect(await scene.stop()).toBe(0)
})

/** A route for each lane, and one through all of them. */
function yaml(simulated: string): string {
  const step = (lane: Lane) => `{ name: ${lane}-sim, variants: [{ model: ${MODELS[lane]} }] }`
  const lanes = Object.keys(MODELS) as Lane[]
  return `
providers:
  anthropic-sim: { type: anthropic, base_url: "${simulated}", api_key: key-of-anthropic }
  bedrock-sim: { type: bedrock, region: us-west-2, endpoint: "${simulated}" }
  converse-sim: { type: bedrock, region: us-west-2, endpoint: "${simulated}" }
  openai-sim: { type: openai, base_url: "${simulated}/v1", api_key: key-of-openai }
routing:
  models:
    - { model: claude-chain, provider_sequence: [${lanes.map(step).join(', ')}] }
${lanes.map((lane) => `    - { model: claude-${lane}, provider_sequence: [${step(lane)}] }`).join('\n')}
`
}

/** Claude Code reads the file with its tool and says what is in it. */
function conversation(): Step[] {
  const file_path = join(scene.folder, 'hello.txt')
  return [
    { kind: 'tool', text: 'I will read it.', calls: [{ name: 'Read', input: { file_path } }] },
    { kind: 'text', text: 'It says that the password is swordfish.' },
  ]
}

const ask = (model: string) => scene.claude(model, 'What does hello.txt say?', 'Read')

describe.skipIf(!CLAUDE)('Claude Code, through the compiled binary', () => {
  test.each(Object.keys(MODELS) as Lane[])(
    'reads a file and answers on the %s lane',
    async (lane) => {
      scene.simulator.script(MODELS[lane], ...conversation())
      const { exitCode, result } = await ask(`claude-${lane}`)
      expect(result).toBe('It says that the password is swordfish.')
      expect(exitCode).toBe(0)
      const rows = await scene.rowsOf(`claude-${lane}`)
      expect(rows.map(({ state, attempts }) => [state, attempts.length])).toEqual([
        ['complete', 1],
        ['complete', 1],
      ])
      const page = await (await fetch(`${scene.url}/requests`)).text()
      for (const { id } of rows) expect(page).toContain(id)
    },
    60_000,
  )

  test('never notices that two targets said 429', async () => {
    const refusal: Step = { kind: 'refuse', status: 429, headers: { 'retry-after': '30' } }
    scene.simulator.script(MODELS.anthropic, refusal)
    scene.simulator.script(MODELS.bedrock, refusal)
    scene.simulator.script(MODELS.openai, ...conversation())
    const { exitCode, result } = await ask('claude-chain')
    expect(result).toBe('It says that the password is swordfish.')
    expect(exitCode).toBe(0)
    const [first, second] = await scene.rowsOf('claude-chain')
    expect(first?.attempts.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['anthropic-sim', 'rate_limited'],
      ['bedrock-sim', 'rate_limited'],
      ['openai-sim', 'ok'],
    ])
    // Who said 429 is left alone.
    expect(second?.attempts.map(({ provider }) => provider)).toEqual(['openai-sim'])
  }, 60_000)
})
