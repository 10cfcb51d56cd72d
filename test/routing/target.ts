import type { Memory } from '../../src/routing/memory.ts'
import type { Signatures } from '../../src/routing/signatures.ts'
import { type Target, targetId } from '../../src/routing/target.ts'

/** A target of Bedrock in us-west-2, unless said otherwise. */
export function aTarget(changes: Partial<Target> = {}): Target {
  const { provider = 'bedrock', model = 'opus', region = 'us-west-2' } = changes
  return {
    id: targetId({ provider, model, region, endpoint: null }),
    provider,
    model,
    baseModel: model,
    region,
    endpoint: null,
    api: 'auto',
    strip: [],
    limits: { rpm: null, tpm: null, maxConcurrent: null, group: null },
    timers: {
      connectTimeoutMs: 1000,
      firstEventTimeoutMs: 1000,
      idleTimeoutMs: 1000,
      requestTimeoutMs: 10_000,
    },
    weight: 1,
    contextWindow: null,
    ...changes,
  }
}

/** A clock that stands still until it is moved on. */
export function aClock(start = Date.UTC(2026, 10, 22)) {
  let time = start
  return {
    now: () => time,
    pass(ms: number) {
      time += ms
    },
  }
}

/** Knows no signature. */
export const noSignatures: Signatures = {
  makersOf: () => [],
  minted() {},
  deleteBefore: () => 0,
}

/** Remembers nothing beyond the life of a test. */
export const noMemory: Memory = { load: () => new Map(), keep() {}, drop() {} }
