import { beforeEach, describe, expect, test } from 'bun:test'
import { emptyUsage } from '../../src/messages/usage.ts'
import { type Affinity, createAffinity } from '../../src/routing/affinity.ts'
import { type Asked, anExchange } from './exchange.ts'
import { aClock, aTarget } from './target.ts'

const MINUTE = 60_000

let clock: ReturnType<typeof aClock>
let affinity: Affinity
const opus = aTarget()
const elsewhere = aTarget({ region: 'us-east-1' })

beforeEach(() => {
  clock = aClock()
  affinity = createAffinity(clock.now)
})

const warm = (asked: Asked = {}, target = opus) =>
  affinity.warmTokens(anExchange({ session: 'a', ...asked }), target)

/** An answer that read so much from the cache and wrote so much into it. */
function answered(asked: Asked, read: number, written: number, target = opus) {
  affinity.answered(anExchange({ session: 'a', ...asked }), target, {
    ...emptyUsage(),
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
  })
}

test('nobody holds a conversation that was never answered', () => {
  expect(warm()).toBe(0)
})

test('a target holds what it read from its cache and what it wrote into it', () => {
  answered({}, 40_000, 2000)
  expect(warm()).toBe(42_000)
  expect(warm({}, elsewhere)).toBe(0)
})

test('two targets may hold it at once', () => {
  answered({}, 40_000, 0)
  answered({}, 0, 41_000, elsewhere)
  expect(warm()).toBe(40_000)
  expect(warm({}, elsewhere)).toBe(41_000)
})

describe('a cache is cold', () => {
  test('five minutes after its last use', () => {
    answered({}, 40_000, 0)
    clock.pass(5 * MINUTE - 1)
    expect(warm()).toBe(40_000)
    answered({}, 40_000, 0)
    clock.pass(5 * MINUTE - 1)
    expect(warm()).toBe(40_000)
    clock.pass(1)
    expect(warm()).toBe(0)
  })

  test('an hour after it where the request asks for that', () => {
    answered({ hourly: true }, 40_000, 0)
    clock.pass(60 * MINUTE - 1)
    expect(warm()).toBe(40_000)
    clock.pass(1)
    expect(warm()).toBe(0)
  })
})

// Claude Code asks small things of the same model in between, without a cache.
test('an answer that used no cache changes nothing', () => {
  answered({}, 40_000, 0)
  answered({}, 0, 0)
  affinity.answered(anExchange({ session: 'a' }), opus, emptyUsage())
  expect(warm()).toBe(40_000)
})

test('subagents and other models of a session have prompts of their own', () => {
  answered({}, 40_000, 0)
  expect(warm({ agent: 'x' })).toBe(0)
  expect(warm({ model: 'haiku' })).toBe(0)
  expect(warm({ session: 'b' })).toBe(0)
})

test('who names no session has no cache that we know of', () => {
  const nameless = anExchange()
  affinity.answered(nameless, opus, { ...emptyUsage(), cache_read_input_tokens: 40_000 })
  expect(affinity.warmTokens(nameless, opus)).toBe(0)
})

test('of a thousand conversations the one not heard of for longest is forgotten', () => {
  for (let i = 0; i < 1000; i++) answered({ session: `s${i}` }, 100, 0)
  answered({ session: 's0' }, 200, 0)
  answered({ session: 'new' }, 300, 0)
  expect(warm({ session: 's0' })).toBe(200)
  expect(warm({ session: 's1' })).toBe(0)
  expect(warm({ session: 's2' })).toBe(100)
  expect(warm({ session: 'new' })).toBe(300)
})
