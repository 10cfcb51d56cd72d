import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config/load.ts'
import { chainsOf } from '../../src/drill/chains.ts'
import * as checks from '../../src/drill/checks.ts'
import type { Observation } from '../../src/drill/observation.ts'
import { recovers } from '../../src/drill/outage.ts'
import { settingFor } from '../../src/drill/setting.ts'
import { judge, worst } from '../../src/drill/verdict.ts'

const config = await readConfig(
  `
providers: { direct: { type: anthropic, base_url: "https://llm.example.com", api_key: k } }
routing:
  models:
    - model: default
      provider_sequence:
        - name: direct
          variants: [{ model: claude-opus-5-5 }, { model: claude-haiku-4-5 }]
`,
  { env: {}, homeDir: '/nowhere', executableDir: '/nowhere' },
)
const [chain] = chainsOf(config)
if (!chain) throw new Error('the config has a chain')
const [ill, well] = chain.targets
if (!ill || !well) throw new Error('the chain has two targets')

const usage = {
  input_tokens: 9,
  output_tokens: 12,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
}
/** What is to be seen when the first target says 503 and the second answers. */
const rescued: Observation = {
  setting: settingFor(config, chain, true),
  status: 200,
  headers: new Headers({
    'x-proxy-provider': 'direct',
    'x-proxy-model': 'claude-haiku-4-5',
    'x-proxy-attempts': '2',
  }),
  answer: { kind: 'whole', model: 'claude-haiku-4-5', usage },
  durationMs: 3,
  entry: {
    state: 'complete',
    provider: 'direct',
    served_model: 'claude-haiku-4-5',
    attempt_count: 2,
    input_tokens: 9,
    output_tokens: 12,
    error: null,
    attempts: [
      { provider: 'direct', outcome: 'overloaded' },
      { provider: 'direct', outcome: 'ok' },
    ],
  },
  entries: 1,
  requests: 1,
  faulty: 1,
  others: 1,
  mostAsked: 1,
  answerer: { target: well, isFaulty: false },
}
const entry = (changes: Partial<NonNullable<Observation['entry']>>) => ({
  entry: rescued.entry && { ...rescued.entry, ...changes },
})
const refused: Observation = {
  ...rescued,
  status: 429,
  headers: new Headers({ 'x-proxy-attempts': '2', 'retry-after': '3' }),
  answer: { kind: 'error', type: 'rate_limit_error', message: 'Too many' },
  ...entry({ state: 'failed', error: 'Too many' }),
  answerer: null,
}

describe('a verdict', () => {
  test('is pass for the whole answer', () => {
    expect(judge(rescued, 'whole', [])).toEqual({ verdict: 'pass', detail: null })
  })

  test('is safe for a clean error where no better could be expected, and fail where it could', () => {
    const detail = 'rate_limit_error (429): Too many'
    expect(judge(refused, 'clean', [])).toEqual({ verdict: 'safe', detail })
    expect(judge(refused, 'whole', [])).toEqual({
      verdict: 'fail',
      detail: `expected the whole answer, came ${detail}`,
    })
  })

  test('is pass for the refusal of a request that is at fault, and fail for its answer', () => {
    expect(judge(refused, 'refusal', []).verdict).toBe('pass')
    expect(judge(rescued, 'refusal', []).verdict).toBe('fail')
  })

  const wrongs: [string, Partial<Observation>, string][] = [
    ['a broken answer', { answer: { kind: 'broken', why: 'a hang' } }, 'a hang'],
    ['no row', { entry: null }, 'no row'],
    ['two rows', { entries: 2 }, '2 rows of 1'],
    ['an attempt that is not recorded', { faulty: 2 }, 'counts 2 attempts, and there were 3'],
    ['a row that says it failed', entry({ state: 'failed', error: 'x' }), 'says "failed"'],
    ['a whole answer with an error', entry({ error: 'x' }), 'error x'],
    ['no header for the attempts', { headers: new Headers() }, 'x-proxy-attempts is null'],
    ['a target asked thrice', { mostAsked: 3 }, 'asked 3 times'],
  ]
  test.each(wrongs)('is fail for %s', (_, change, detail) => {
    expect(judge({ ...rescued, ...change }, 'clean', [])).toEqual({
      verdict: 'fail',
      detail: expect.stringContaining(detail),
    })
  })

  test.each(['61', '0', '-1', ''])('is fail for a 429 with retry-after: %s', (seconds) => {
    const headers = new Headers({ 'x-proxy-attempts': '2', 'retry-after': seconds })
    expect(judge({ ...refused, headers }, 'clean', []).verdict).toBe('fail')
  })

  test('of a scene is the worst of its requests', () => {
    const [pass, safe, fail] = (['pass', 'safe', 'fail'] as const).map((verdict) => ({
      verdict,
      detail: verdict,
    }))
    if (!pass || !safe || !fail) throw new Error('there are three verdicts')
    expect(worst([pass, fail, safe])).toEqual(fail)
    expect(worst([safe, pass])).toEqual(safe)
  })
})

describe('a check finds', () => {
  const found: [string, checks.Check, Partial<Observation>, Observation?][] = [
    ['hammering', checks.faultyAtMost(1), { faulty: 2 }],
    ['a second try after a 429', checks.faultyOnceAmongOthers, { faulty: 2 }],
    ['a cooldown that is not kept', checks.faultyRests, { faulty: 1 }],
    ['the same after a broken stream', checks.faultyRestsIfStreamed, { faulty: 1 }],
    ['a target that is not used again', checks.faultyIsBack, {}],
    ['another one answering', checks.faultyAnswers, {}],
    ['somebody asked in vain', checks.othersNotAsked, { others: 1 }],
    ['an untrue retry-after', checks.namesSoonest(2), {}, refused],
    ['another status', checks.hasStatus(400), {}, refused],
    ['a lost reason', checks.keepsReason('content policy'), {}, refused],
    ['what is not for the caller', checks.hides(/too many/i), {}, refused],
    [
      'an answer without usage',
      checks.hasUsage,
      { answer: { kind: 'whole', model: 'm', usage: { ...usage, output_tokens: null } } },
    ],
    ['a wrong provider in the headers', checks.namesAnswerer, { headers: new Headers() }],
    ['a wrong model in the history', checks.namesAnswerer, entry({ served_model: 'other' })],
    ['tokens of a failed attempt', checks.namesAnswerer, entry({ input_tokens: 18 })],
    [
      'a model under a false name',
      checks.namesAnswerer,
      { answer: { kind: 'whole', model: 'claude-opus-5-5', usage } },
    ],
  ]
  test.each(found)('%s', (_, check, change, seen = rescued) => {
    expect(check({ ...seen, ...change })).toBeString()
  })

  test('nothing wrong with what is right', () => {
    expect(checks.namesAnswerer(rescued)).toBeNull()
    expect(checks.faultyAtMost(1)(rescued)).toBeNull()
    expect(checks.namesSoonest(3)(refused)).toBeNull()
    expect(
      checks.faultyIsBack({ ...rescued, answerer: { target: ill, isFaulty: true } }),
    ).toBeNull()
  })
})

describe('an outage of a minute', () => {
  const during = (faulty: number) => Array.from({ length: 15 }, () => ({ ...rescued, faulty }))
  const left = Array.from({ length: 8 }, () => ({ ...rescued, faulty: 0 }))
  const back = { ...rescued, answerer: { target: ill, isFaulty: true } }

  test('is not hammered', () => {
    expect(recovers([...during(1), ...left, back])).toContain('15 times in 15 requests')
  })

  test('is over within half a minute', () => {
    expect(recovers([...during(0), ...left])).toContain('not used again')
    expect(recovers([...during(0), ...left.slice(1), back])).toBeNull()
  })
})
