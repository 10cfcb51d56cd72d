import { expect, test } from 'bun:test'
import type { AttemptRow } from '../../src/history/schema.ts'
import { ledgerOf } from '../../src/messages/ledger.ts'
import type { AttemptFacts } from '../../src/messages/row.ts'
import { NO_BILL } from '../history/rows.ts'
import { aTarget } from '../routing/target.ts'

const targets = ['first', 'second', 'third'].map((model) => aTarget({ model }))

/** Each attempt takes 100 ms; they begin at these times. The last of them answered. */
function waitAvoided(attempts: Partial<AttemptRow>[], state: 'complete' | 'partial' = 'complete') {
  const facts = attempts.map((_, index): AttemptFacts => {
    const target = targets[index] ?? aTarget()
    return { target, reason: 'next in order', waitMs: 0, startedMs: 0 }
  })
  const rows = attempts.map((changes): AttemptRow => ({ ...aRow(), ...changes }))
  const served = facts.at(-1) ?? null
  const known = { preferred: targets[0] ?? null, served, attempts: facts }
  const ledger = ledgerOf(known, rows, { state, costUsd: null }, () => null)
  return [ledger.throttles_absorbed, ledger.wait_avoided_ms]
}

const aRow = (): AttemptRow => ({
  provider: 'bedrock',
  model: 'opus',
  region: null,
  status: 200,
  outcome: 'ok',
  error: null,
  started_ms: 0,
  first_event_ms: null,
  duration_ms: 100,
  reason: null,
  wait_ms: 0,
  headers_ms: null,
  retry_after_ms: null,
  error_shape: null,
  ...NO_BILL,
})

const refused = (started_ms: number, retry_after_ms: number | null) =>
  ({ started_ms, outcome: 'rate_limited', retry_after_ms }) as const

test('what passed until another one was asked counts as waited', () => {
  expect(waitAvoided([refused(0, 5000), { started_ms: 100 }])).toEqual([1, 5000])
  expect(waitAvoided([refused(0, 5000), { started_ms: 1600 }])).toEqual([1, 3500])
})

test('who has waited for longer than it was told to has avoided nothing', () => {
  expect(waitAvoided([refused(0, 5000), { started_ms: 9000 }])).toEqual([1, 0])
})

test('the first refusal that names a time is the one a client would have heard', () => {
  const overloaded = { started_ms: 0, outcome: 'overloaded' } as const
  const wait = waitAvoided([overloaded, refused(100, 7000), { started_ms: 200 }])
  expect(wait).toEqual([2, 7000])
  expect(waitAvoided([overloaded, { started_ms: 100 }])).toEqual([1, 0])
})

test('a quota of a day is no day of waiting', () => {
  expect(waitAvoided([refused(0, 86_400_000), { started_ms: 100 }])).toEqual([1, 300_000])
})

test('nothing is absorbed by an answer that broke off', () => {
  expect(waitAvoided([refused(0, 5000), { started_ms: 100 }], 'partial')).toEqual([0, 0])
})
