import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { slidingMinute, tokenBucket } from './service.ts'
import { type Amounts, anHourWith, type Traffic } from './traffic.ts'

const traffic: fc.Arbitrary<Traffic> = fc.record({
  pressure: fc.double({ min: 1.5, max: 4, noNaN: true }),
  swarm: fc.integer({ min: 1, max: 6 }),
  roundTripMs: fc.integer({ min: 20, max: 500 }),
  thinkingMs: fc.integer({ min: 100, max: 10_000 }),
  namesTime: fc.boolean(),
  seed: fc.nat(),
})

const requests: fc.Arbitrary<Amounts> = fc.record({
  limit: fc.integer({ min: 2, max: 60 }),
  largest: fc.constant(1),
})

const tokens: fc.Arbitrary<Amounts> = fc.record({
  limit: fc.integer({ min: 60_000, max: 200_000 }),
  largest: fc.constant(10_000),
  limited: fc.constant('tokens'),
})

/** The figures hold for a sample, not for the unluckiest traffic there can be: so a fixed one. */
const SAMPLE = { seed: 20_261_122, numRuns: 40 }

describe.each([
  ['a sliding minute', slidingMinute],
  ['a token bucket', tokenBucket],
])('a service that counts by %s and tells nothing', (_how, service) => {
  test.each([
    ['requests', requests],
    ['tokens', tokens],
  ])(
    'hardly ever refuses, and is used as if its limit of %s were known',
    (_what, amounts) => {
      let [allCalls, allRefusals] = [0, 0]
      fc.assert(
        fc.property(amounts, traffic, (amounts, traffic) => {
          const hour = (isTold: boolean) =>
            anHourWith(service(amounts.limit), amounts, traffic, isTold)
          const { calls, refusals, used } = hour(false)
          allCalls += calls
          allRefusals += refusals
          // Two a minute are few to learn from, so the odd hour is worse than the most.
          expect(refusals / calls).toBeLessThan(0.12)
          expect(used).toBeGreaterThan(0.8 * hour(true).used)
        }),
        SAMPLE,
      )
      expect(allRefusals / allCalls).toBeLessThan(0.05)
    },
    20_000,
  )
})
