import { describe, expect, test } from 'bun:test'
import type { Config } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/load.ts'
import { chainsOf, settingFor } from '../../src/drill/chains.ts'
import { EXERCISES } from '../../src/drill/exercises.ts'

const read = (yaml: string) =>
  readConfig(yaml, { env: {}, homeDir: '/nowhere', executableDir: '/nowhere' })

/** Plays one exercise on the first chain. */
async function play(id: string, config: Config, stream = true) {
  const [chain] = chainsOf(config)
  const exercise = EXERCISES.find((one) => one.id === id)
  if (!chain || !exercise) throw new Error(`${id} cannot be played`)
  return exercise.play(settingFor(config, chain, stream), config)
}

const PROVIDERS = `
providers:
  direct: { type: anthropic, base_url: "https://llm.example.com", api_key: k }
  local: { type: openai, base_url: "http://127.0.0.1:11434/v1" }
`
const chain = (first: string, second: string, more = '') =>
  read(`${PROVIDERS}
routing:
  models:
    - model: default
      provider_sequence:
        - { name: direct, variants: [{ model: claude-opus-9${first} }] }
        - { name: local, variants: [{ model: "qwen:7b"${second} }] }
${more}`)

describe('with routing off', () => {
  const config = () => read(`${PROVIDERS}\nrouting: { enable: false }`)

  test.each([
    ['F01', 'pass'],
    ['F03', 'pass'],
    ['F04', 'safe'],
    ['F13', 'pass'],
    ['F17', 'safe'],
  ] as const)('%s is %s', async (id, verdict) => {
    expect(await play(id, await config())).toMatchObject({ verdict })
  })
})

describe('a context too long', () => {
  const withWindows = (first: number, second: number) =>
    chain(`, context_window: ${first}`, `, context_window: ${second}`)

  test('goes to a larger window', async () => {
    expect(await play('F12', await withWindows(100_000, 400_000))).toMatchObject({
      verdict: 'pass',
      attempts: 2,
    })
  })

  test('is refused where there is none', async () => {
    expect(await play('F12', await withWindows(400_000, 100_000))).toMatchObject({
      verdict: 'safe',
      attempts: 1,
    })
  })
})

test('scarce targets are not blamed for being scarce', async () => {
  const config = await chain(', rpm: 1', ', rpm: 1')
  for (const id of ['F01', 'F03', 'F05', 'F15']) {
    const { verdict, detail } = await play(id, config)
    expect(verdict, detail ?? '').not.toBe('fail')
  }
})

test.each(['round_robin', 'least_busy', 'latency'])(
  'a chain in the order %s bears it',
  async (strategy) => {
    const config = await chain('', '', `      strategy: ${strategy}`)
    for (const id of ['F01', 'F04', 'F15', 'F16']) {
      expect(await play(id, config)).toMatchObject({ verdict: 'pass' })
    }
  },
)

test('a patient chain waits 20 s for content, an impatient one goes on', async () => {
  const patient = await play('F07', await chain('', ''))
  const impatient = await play('F07', await chain(', first_event_timeout: 5s', ''))
  expect([patient, impatient]).toMatchObject([
    { verdict: 'pass', attempts: 1 },
    { verdict: 'pass', attempts: 2 },
  ])
})
