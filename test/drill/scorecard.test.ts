import { expect, test } from 'bun:test'
import { readConfig } from '../../src/config/load.ts'
import { chainsOf } from '../../src/drill/chains.ts'
import { scorecardJson, scorecardText, summarize } from '../../src/drill/scorecard.ts'

const config = await readConfig('providers: { anthropic: { api_key: k } }', {
  env: {},
  homeDir: '/nowhere',
  executableDir: '/nowhere',
})
const scene = { verdict: 'pass', detail: null, attempts: 1, durationMs: 4.4 } as const
const failed = { ...scene, verdict: 'fail', detail: 'a hang' } as const
const cards = chainsOf(config).map((chain) => ({
  chain,
  results: [
    { id: 'F01', title: 'something small', streamed: scene, unstreamed: failed },
    {
      id: 'F02',
      title: 'something else',
      streamed: { ...scene, verdict: 'safe' as const },
      unstreamed: scene,
    },
  ],
}))

test('every verdict counts, streamed and not', () => {
  expect(summarize(cards)).toEqual({ pass: 2, safe: 1, fail: 1 })
})

test('what failed is said below its line', () => {
  const lines = scorecardText(cards).split('\n')
  const line = lines.findIndex((one) => one.startsWith('F01'))
  expect(lines[line]).toMatch(
    /^F01 +pass +1 attempt +4 ms +fail +1 attempt +4 ms +something small$/,
  )
  expect(lines[line + 1]).toMatch(/^ +not streamed: a hang$/)
})

test('a chain without a route says so', () => {
  expect(scorecardText(cards)).toStartWith(
    'claude-opus-5-5 (routing is off): anthropic/claude-opus-5-5',
  )
})

test('programs are told the same', () => {
  const { chains, summary } = JSON.parse(scorecardJson(cards))
  expect(summary).toEqual({ pass: 2, safe: 1, fail: 1 })
  expect(chains[0].results).toHaveLength(4)
  expect(chains[0].results[1]).toMatchObject({ fault: 'F01', stream: false, detail: 'a hang' })
})
