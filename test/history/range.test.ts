import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { startsOf } from '../../src/history/queries/buckets.ts'
import { bucketsOf } from '../../src/history/range.ts'

const LONGEST_SLOT = 12 * 60 * 60_000
const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })

test('however long a span is, its pieces are few, and whole slots where they are long', () => {
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 500 }), (a, b, most) => {
      const buckets = bucketsOf({ since: Math.min(a, b), until: Math.max(a, b) + 1 }, most)
      expect(startsOf(buckets).length).toBeLessThanOrEqual(most + 1)
      if (buckets.bucketMs >= LONGEST_SLOT) expect(buckets.bucketMs % LONGEST_SLOT).toBe(0)
    }),
  )
})
