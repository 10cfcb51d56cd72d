import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { migrate } from '../../src/history/migrations.ts'
import { createQueries } from '../../src/history/queries.ts'
import { createHistory } from '../../src/history/sqlite.ts'
import { aSpan, someBuckets, someRequests } from './arbitrary.ts'
import { createReference, type Recorded } from './reference.ts'

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }
const SUMMED = ['request_slots', 'latency_slots', 'outcome_slots', 'session_totals']

test('what is deleted counts no more, and what is left counts as before', () => {
  fc.assert(
    fc.property(someRequests, aSpan, someBuckets, (recorded, { since: cutoff }, buckets) => {
      const { database, history, queries } = open(recorded)
      while (history.deleteBefore(cutoff, 7) === 7);
      const kept = recorded.filter(({ request }) => request.created_at >= cutoff)
      const reference = createReference(kept)
      expect(queries.page({ limit: 1 }).total).toBe(kept.length)
      expect(queries.facets({})).toEqual(reference.facets({}))
      expect(queries.histogram({}, buckets)).toEqual(reference.histogram({}, buckets))
      expect(queries.errors(buckets)).toEqual(reference.errors(buckets))
      const named = (all: object[]) => all.map((one) => JSON.stringify(one)).sort()
      expect(named(queries.targets(buckets))).toEqual(named(reference.targets(buckets)))
      expect(queries.topModels(ALWAYS, 9)).toEqual(reference.topModels(ALWAYS, 9))
      expect(queries.summary(ALWAYS)).toMatchObject({
        requests: kept.length,
        cost_usd: reference.summary(ALWAYS).cost_usd,
      })
      const isSeen = ({ last_seen }: { last_seen: number }) => last_seen >= cutoff
      const query = { order: 'last_seen', limit: 50, offset: 0 } as const
      expect(queries.sessions(query)).toEqual({
        sessions: createReference(recorded).sessions(query).sessions.filter(isSeen),
        total: createReference(recorded).sessions(query).sessions.filter(isSeen).length,
      })
      database.close()
    }),
    { numRuns: 50 },
  )
}, 120_000)

test('nothing is left of a history that is deleted', () => {
  fc.assert(
    fc.property(someRequests, (recorded) => {
      const { database, history } = open(recorded)
      while (history.deleteBefore(ALWAYS.until, 7) === 7);
      const left = [...SUMMED, 'request_kinds', 'outcome_kinds', 'requests', 'attempts'].filter(
        (table) => database.query(`SELECT 1 FROM ${table}`).get() !== null,
      )
      expect(left).toEqual([])
      database.close()
    }),
    { numRuns: 20 },
  )
}, 120_000)

function open(recorded: Recorded[]) {
  const database = new Database(':memory:')
  database.run('PRAGMA foreign_keys = ON')
  migrate(database)
  const history = createHistory(database)
  for (const { request, attempts } of recorded) history.record(request, attempts)
  return { database, history, queries: createQueries(database) }
}
