import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Series, Summary } from '../../src/history/answers.ts'
import { SESSION_ORDERS } from '../../src/history/answers.ts'
import type { Filter } from '../../src/history/filter.ts'
import type { Reader } from '../../src/history/reader.ts'
import { openStore } from '../../src/history/store.ts'
import { aFilter, aSpan, someBuckets, someRequests } from './arbitrary.ts'
import { createReference, type Recorded, takes } from './reference.ts'

/** Every answer is that of the plain reference, which looks at every row. */

const PATIENCE_MS = 120_000

test(
  'a summary and its models are those of the rows, wherever the span begins and ends',
  () =>
    holds(aSpan, async (span, { reader, reference }) => {
      const [percentiles, summary] = split(await reader.summary(span))
      const [expectedPercentiles, expected] = split(reference.summary(span))
      expect(summary).toEqual(expected)
      expectClose(percentiles, expectedPercentiles)
      expect(await reader.topModels(span, 3)).toEqual(reference.topModels(span, 3))
    }),
  PATIENCE_MS,
)

test(
  'a series is that of the rows, bucket by bucket',
  () =>
    holds(someBuckets, async (buckets, { reader, reference }) => {
      const [percentiles, series] = split(await reader.series(buckets))
      const [expectedPercentiles, expected] = split(reference.series(buckets))
      expect(series).toEqual(expected)
      expectClose(percentiles, expectedPercentiles)
    }),
  PATIENCE_MS,
)

test(
  'errors and targets are those of the rows',
  () =>
    holds(someBuckets, async (buckets, { reader, reference }) => {
      expect(await reader.errors(buckets)).toEqual(reference.errors(buckets))
      const name = (one: object) => JSON.stringify(one)
      expect((await reader.targets(buckets)).map(name).sort()).toEqual(
        reference.targets(buckets).map(name).sort(),
      )
    }),
  PATIENCE_MS,
)

test(
  'facets and histograms count what the filter takes',
  () =>
    holds(fc.tuple(aFilter, someBuckets), async ([filter, buckets], { reader, reference }) => {
      expect(await reader.facets(filter)).toEqual(reference.facets(filter))
      expect(await reader.histogram(filter, buckets)).toEqual(reference.histogram(filter, buckets))
    }),
  PATIENCE_MS,
)

test(
  'sessions are added up, in every order',
  () =>
    holds(aSpan, async (span, { reader, reference }) => {
      for (const order of SESSION_ORDERS) {
        for (const part of [{}, span]) {
          const query = { ...part, order, limit: 3, offset: 1 }
          expect(await reader.sessions(query)).toEqual(reference.sessions(query))
        }
      }
      expect(await reader.session('a')).toEqual(reference.session('a'))
    }),
  PATIENCE_MS,
)

test(
  'a filter takes what it says and nothing else, page by page in both directions',
  () =>
    holds(aFilter, async (filter, { reader, recorded }) => {
      const expected = newestFirst(recorded, filter)
      const page = async (query: object) => {
        const { requests, total } = await reader.page({ limit: 3, filter, ...query })
        expect(total).toBe(expected.length)
        return requests.map(({ id }) => id)
      }
      for (let offset = 0; offset <= expected.length; offset += 3) {
        const ids = expected.slice(offset, offset + 3)
        expect(await page({ offset })).toEqual(ids)
        const [first, last] = [ids[0], ids.at(-1)]
        if (first === undefined || last === undefined) continue
        expect(await page({ before: last })).toEqual(expected.slice(offset + 3, offset + 6))
        expect(await page({ after: first })).toEqual(
          expected.slice(Math.max(0, offset - 3), offset),
        )
        expect(await reader.neighbours(first, filter)).toEqual({
          newer: expected[offset - 1] ?? null,
          older: expected[offset + 1] ?? null,
        })
      }
    }),
  PATIENCE_MS,
)

interface Cast {
  reader: Reader
  recorded: Recorded[]
  reference: ReturnType<typeof createReference>
}

async function holds<T>(question: fc.Arbitrary<T>, check: (asked: T, cast: Cast) => Promise<void>) {
  await fc.assert(
    fc.asyncProperty(someRequests, question, async (recorded, asked) => {
      const { history, reader, close } = openStore(':memory:', console.error)
      try {
        for (const { request, attempts } of recorded) history.record(request, attempts)
        await check(asked, { reader, recorded, reference: createReference(recorded) })
      } finally {
        close()
      }
    }),
    { numRuns: 100 },
  )
}

function newestFirst(recorded: Recorded[], filter: Filter): string[] {
  return recorded
    .map(({ request }) => request)
    .filter((row) => takes(filter, row))
    .sort((a, b) => b.created_at - a.created_at)
    .map(({ id }) => id)
}

const PERCENTILES = [
  'first_event_p50_ms',
  'first_event_p95_ms',
  'duration_p50_ms',
  'duration_p95_ms',
] as const

/** The percentiles, which are right to some percent, and the rest, which is exact. */
function split<Answer extends Summary | Series>(answer: Answer) {
  const rest: Partial<Answer> = { ...answer }
  for (const name of PERCENTILES) delete rest[name]
  return [PERCENTILES.flatMap((name) => answer[name]), rest] as const
}

function expectClose(got: (number | null)[], expected: (number | null)[]) {
  expect(got.map((value) => value === null)).toEqual(expected.map((value) => value === null))
  for (const [index, value] of got.entries()) {
    const exact = expected[index] ?? 0
    expect(Math.abs((value ?? 0) - exact)).toBeLessThanOrEqual(Math.max(1, exact / 8))
  }
}
