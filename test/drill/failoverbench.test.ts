import { describe, expect, test } from 'bun:test'
import { FAILOVERBENCH } from '../../src/drill/failoverbench.ts'
import type { Observation } from '../../src/drill/judging.ts'
import { back, entry, refused, rescued, whole } from './observations.ts'

const faultOf = (id: string) => {
  const fault = FAILOVERBENCH.find((one) => one.id === id)
  if (!fault) throw new Error(`there is no ${id}`)
  return fault
}
/** What the checks of a fault find wrong with a request. */
const wrongWith = (id: string, seen: Observation) =>
  (faultOf(id).checks ?? []).map((check) => check(seen)).filter((wrong) => wrong !== null)

describe('a check of one fault finds', () => {
  const prefill = { kind: 'error', type: 'x', message: 'no assistant message prefill' } as const
  const found: [string, string, Observation, string][] = [
    ['somebody asked in vain', 'F13', { ...rescued, others: 1 }, 'the others were asked, 1 times'],
    ['what is not for the caller', 'F14', { ...refused, answer: prefill }, 'between us'],
    [
      'an answer without usage',
      'F11',
      { ...back, answer: { ...whole, usage: { ...whole.usage, output_tokens: null } } },
      'no usage',
    ],
    [
      'a wrong provider in the headers',
      'F16',
      { ...rescued, headers: new Headers() },
      'header x-proxy-provider',
    ],
    [
      'a wrong model in the history',
      'F16',
      { ...rescued, ...entry({ served_model: 'other' }) },
      'model in the history',
    ],
    [
      'tokens of a failed attempt',
      'F16',
      { ...rescued, ...entry({ input_tokens: 18 }) },
      'input tokens in the history',
    ],
    [
      'a model under a false name',
      'F16',
      { ...rescued, answer: { ...whole, model: 'claude-opus-5-5' } },
      'model of the answer',
    ],
  ]
  test.each(found)('%s', (_, id, seen, wrong) => {
    expect(wrongWith(id, seen)).toEqual([expect.stringContaining(wrong)])
  })

  test('a target that does not rest after it broke a stream off', () => {
    const [check] = faultOf('F08').next?.[0]?.checks ?? []
    expect(check?.(rescued)).toContain('while it should rest')
    expect(check?.({ ...rescued, setting: { ...rescued.setting, stream: false } })).toBeNull()
  })

  test('nothing wrong with what is right', () => {
    expect(wrongWith('F16', rescued)).toEqual([])
    expect(wrongWith('F14', refused)).toEqual([])
  })
})

describe('an outage of a minute', () => {
  const recovers = (seen: Observation[]) => faultOf('F15').overall?.(seen)
  const during = (faulty: number) => Array.from({ length: 15 }, () => ({ ...rescued, faulty }))
  const left = Array.from({ length: 8 }, () => ({ ...rescued, faulty: 0 }))

  test('is not hammered', () => {
    expect(recovers([...during(1), ...left, back])).toContain('15 times in 15 requests')
  })

  test('is over within half a minute', () => {
    expect(recovers([...during(0), ...left])).toContain('not used again')
    expect(recovers([...during(0), ...left.slice(1), back])).toBeNull()
  })
})
