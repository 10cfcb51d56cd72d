import { describe, expect, test } from 'bun:test'
import * as judging from '../../src/drill/judging.ts'
import { back, entry, refused, rescued } from './observations.ts'

const { judge, worst } = judging

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

  const wrongs: [string, Partial<judging.Observation>, string][] = [
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
  const found: [string, judging.Check, Partial<judging.Observation>, judging.Observation?][] = [
    ['hammering', judging.faultyOnce, { faulty: 2 }],
    ['a second try after a 429', judging.faultyOnceAmongOthers, { faulty: 2 }],
    ['a cooldown that is not kept', judging.faultyRests, { faulty: 1 }],
    ['a target that is not used again', judging.faultyIsBack, {}],
    ['another one answering', judging.faultyAnswers, {}],
    ['another status', judging.hasStatus(400), {}, refused],
    ['a lost reason', judging.keepsReason('content policy'), {}, refused],
  ]
  test.each(found)('%s', (_, check, change, seen = rescued) => {
    expect(check({ ...seen, ...change })).toBeString()
  })

  test('nothing wrong with what is right', () => {
    expect(judging.faultyOnce(rescued)).toBeNull()
    expect(judging.faultyIsBack(back)).toBeNull()
  })
})
