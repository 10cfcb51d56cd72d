import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src/cli/run.ts'

const folder = await mkdtemp(join(tmpdir(), 'drill-'))
afterAll(() => rm(folder, { recursive: true }))

/** Runs the drill on this configuration; gives its exit code and what it said. */
async function drill(yaml: string, ...flags: string[]) {
  const path = join(folder, `${crypto.randomUUID()}.yaml`)
  await Bun.write(path, yaml)
  const said = { stdout: '', stderr: '' }
  const code = await runCli({
    args: ['drill', '--config', path, ...flags],
    env: {},
    homeDir: folder,
    executableDir: folder,
    stdout: (text) => {
      said.stdout += text
    },
    stderr: (text) => {
      said.stderr += text
    },
  })
  return { code, ...said }
}

const ALONE = `
providers: { direct: { type: anthropic, base_url: "https://llm.example.com", api_key: a-real-key } }
routing:
  models: [{ model: default, provider_sequence: [{ name: direct, variants: [{ model: claude-opus-5-5 }] }] }]
`

test('prints a line per fault and how many came to what, and exits with 0', async () => {
  const { code, stdout, stderr } = await drill(ALONE)
  expect(stdout).toContain('default: direct/claude-opus-5-5\n')
  expect(stdout).toMatch(/^F01 {2}pass {2}2 attempts .*429 with retry-after, then healthy$/m)
  expect(stdout).toMatch(/^\d+ pass, \d+ safe, 0 fail$/m)
  expect(stderr).toContain('25 faults on 1 chain')
  expect(code).toBe(0)
}, 30_000)

test('gives JSON to programs', async () => {
  const { stdout } = await drill(ALONE, '--json')
  const card = JSON.parse(stdout)
  expect(card.chains).toMatchObject([{ routes: ['default'], targets: ['direct/claude-opus-5-5'] }])
  expect(card.chains[0].results).toHaveLength(50)
  expect(card.chains[0].results[0]).toEqual({
    fault: 'F01',
    title: '429 with retry-after, then healthy',
    stream: true,
    verdict: 'pass',
    detail: null,
    attempts: 2,
    duration_ms: expect.any(Number),
  })
  expect(card.summary).toEqual({ pass: expect.any(Number), safe: expect.any(Number), fail: 0 })
}, 30_000)

test('says what is missing where there is nothing to drill, and exits with 1', async () => {
  const { code, stdout, stderr } = await drill('')
  expect(stderr).toContain('there is no chain to drill: no provider is configured')
  expect(stdout).toBe('')
  expect(code).toBe(1)
})
