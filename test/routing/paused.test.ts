import { describe, expect, test } from 'bun:test'
import { createHealth } from '../../src/routing/health.ts'
import type { Memory } from '../../src/routing/memory.ts'
import { createPaused } from '../../src/routing/paused.ts'
import { withModel } from '../../src/routing/target.ts'
import { aFailure } from './failure.ts'
import { aClock, aTarget, noMemory } from './target.ts'

const opus = aTarget()
const sonnet = aTarget({ model: 'sonnet' })

function aMemory() {
  const kept = new Map<string, unknown>()
  const memory: Memory = {
    load: () => new Map(kept),
    keep: (key, value) => kept.set(key, value),
    drop: (key) => kept.delete(key),
  }
  return { kept, memory }
}

describe('a paused target', () => {
  test('is out until it is resumed, and no other is', () => {
    const paused = createPaused(noMemory)
    paused.pause(opus)
    expect(paused.blocked(opus)).toMatchObject({ kind: 'paused', until: Infinity })
    expect(paused.blocked(sonnet)).toBeNull()
    paused.resume(opus)
    expect(paused.blocked(opus)).toBeNull()
  })

  test('stays so over a restart, and so does what was resumed', () => {
    const { kept, memory } = aMemory()
    const before = createPaused(memory)
    before.pause(opus)
    before.pause(sonnet)
    before.resume(sonnet)
    const after = createPaused(memory)
    expect(after.blocked(opus)).not.toBeNull()
    expect(after.blocked(sonnet)).toBeNull()
    after.resume(opus)
    expect(kept.size).toBe(0)
  })

  test('that names no model is out for every model and account in its place', () => {
    const paused = createPaused(noMemory)
    const any = aTarget({ model: '' })
    const asked = { ...withModel(any, 'haiku'), account: 'anna' }
    const elsewhere = withModel(aTarget({ model: '', region: 'us-east-1' }), 'haiku')
    paused.pause(any)
    expect(paused.blocked(asked)).not.toBeNull()
    expect(paused.blocked(elsewhere)).toBeNull()
    paused.resume(asked)
    expect(paused.blocked(asked)).toBeNull()
  })
})

describe('among what else is known of a target, a pause', () => {
  function aHealth() {
    let changes = 0
    const clock = aClock()
    const onChange = () => changes++
    const settings = { rateLimitMs: 10_000, now: clock.now, memory: noMemory, onChange }
    return { ...createHealth(settings), clock, changes: () => changes }
  }

  test('comes first, and hides nothing for good', () => {
    const health = aHealth()
    const flight = health.started(opus)
    flight.failed(aFailure('rate_limited'))
    flight.ended(0)
    health.pause(opus)
    expect(health.blocked(opus)?.kind).toBe('paused')
    health.resume(opus)
    expect(health.blocked(opus)?.kind).toBe('rate_limit')
  })

  test('is not ended by a success, nor by forgetting the rest', () => {
    const health = aHealth()
    const flight = health.started(opus)
    health.pause(opus)
    flight.answered(100)
    flight.succeeded()
    flight.ended(10)
    health.clear(opus)
    expect(health.blocked(opus)?.kind).toBe('paused')
  })

  test('is heard of by those who wait, and its end too', () => {
    const health = aHealth()
    health.pause(opus)
    expect(health.changes()).toBe(1)
    health.resume(opus)
    expect(health.changes()).toBe(2)
  })
})
