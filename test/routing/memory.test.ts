import { expect, test } from 'bun:test'
import { createCooldowns } from '../../src/routing/cooldowns.ts'
import type { Memory } from '../../src/routing/memory.ts'
import { aFailure } from './failure.ts'
import { aClock, aTarget } from './target.ts'

const MINUTE = 60_000
const opus = aTarget()

/** Keeps what can be written as JSON, as a table of the store does. */
function aMemory(entries: Record<string, unknown> = {}) {
  const kept = new Map(Object.entries(entries))
  const memory: Memory = {
    load: () => new Map(kept),
    keep: (key, value) => kept.set(key, JSON.parse(JSON.stringify(value))),
    drop: (key) => kept.delete(key),
  }
  return { kept, memory }
}

/** A proxy that starts with what was kept. */
function start(memory: Memory, clock = aClock()) {
  const cooldowns = createCooldowns({ rateLimitMs: 10_000, now: clock.now, memory })
  return {
    ...cooldowns,
    clock,
    fail(outcome: Parameters<typeof aFailure>[0], target = opus) {
      const trial = cooldowns.started(target)
      trial.failed(aFailure(outcome))
      trial.ended()
    },
    restMs: () => (cooldowns.blocked(opus)?.until ?? clock.now()) - clock.now(),
  }
}

test.each([
  ['rate_limited', 10_000],
  ['overloaded', 2000],
] as const)('a rest and its growth survive a restart: %s', (outcome, ms) => {
  const { memory } = aMemory()
  const before = start(memory)
  before.fail(outcome)
  before.clock.pass(1500)
  const after = start(memory, before.clock)
  expect(after.restMs()).toBe(ms - 1500)
  expect(after.blocked(opus)?.reason).toBe(`it was ${outcome}`)
  after.clock.pass(ms)
  after.fail(outcome)
  expect(after.restMs()).toBe(2 * ms)
})

test('what rested when we stopped is probed when we start', () => {
  const { memory } = aMemory()
  const before = start(memory)
  before.fail('overloaded')
  before.clock.pass(MINUTE)
  const after = start(memory, before.clock)
  expect(after.blocked(opus)).toBeNull()
  expect(after.started(opus).isProbe).toBe(true)
})

test('a rest from a clock that was ahead lasts five minutes at most', () => {
  const { memory } = aMemory()
  start(memory, aClock(Date.UTC(2099, 0))).fail('rate_limited')
  expect(start(memory, aClock(Date.UTC(2026, 0))).restMs()).toBe(5 * MINUTE)
})

test('what was over long ago is dropped', () => {
  const { memory, kept } = aMemory()
  const before = start(memory)
  before.fail('overloaded')
  before.clock.pass(2000 + 5 * MINUTE + 1)
  const after = start(memory, before.clock)
  expect(kept.size).toBe(0)
  after.fail('overloaded')
  expect(after.restMs()).toBe(2000)
})

test('content, a success and a clearing hand drop what was kept', () => {
  const { memory, kept } = aMemory()
  const { fail, started, clear } = start(memory)
  fail('overloaded')
  expect(kept.size).toBe(1)
  started(opus).answered()
  expect(kept.size).toBe(0)
  fail('rate_limited')
  started(opus).succeeded()
  expect(kept.size).toBe(0)
  fail('overloaded')
  clear(opus)
  expect(kept.size).toBe(0)
})

test('a single failure that has no consequence is not kept', () => {
  const { memory, kept } = aMemory()
  start(memory).fail('server_error')
  expect(kept.size).toBe(0)
})

test('what a person has to mend is not kept', () => {
  const { memory, kept } = aMemory()
  const { fail } = start(memory)
  fail('credential')
  fail('unavailable')
  expect(kept.size).toBe(0)
})

test('what belongs to a client’s own credential is not kept', () => {
  const { memory, kept } = aMemory()
  start(memory).fail('rate_limited', aTarget({ account: 'anna' }))
  expect(kept.size).toBe(0)
})

const sound = { count: 1, kind: 'failure', reason: 'it was down', until: Date.UTC(2030, 0) }

test('what is kept is understood as it was written', () => {
  const { memory } = aMemory({ [`fault ${opus.id}`]: sound })
  expect(start(memory).blocked(opus)).toMatchObject({ kind: 'failure', reason: 'it was down' })
})

test.each([
  ['nothing', null],
  ['text', 'cooling'],
  ['a list', [sound]],
  ['a mark', { ...sound, kind: 'misconfigured' }],
  ['no reason', { ...sound, reason: undefined }],
  ['a time that is text', { ...sound, until: '2030-01-01' }],
  ['no time at all', { ...sound, until: Number.POSITIVE_INFINITY }],
  ['a count below one', { ...sound, count: -40 }],
  ['half a count', { ...sound, count: 1.5 }],
])('garbage in the memory is ignored: %s', (_name, value) => {
  const { memory } = aMemory({ [`fault ${opus.id}`]: value })
  expect(start(memory).blocked(opus)).toBeNull()
})
