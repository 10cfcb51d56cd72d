import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Payload } from '../../src/history/answers.ts'
import { openDatabase } from '../../src/history/database.ts'
import { createPayloads } from '../../src/history/payloads.ts'
import { createQueries } from '../../src/history/queries.ts'
import { createHistory } from '../../src/history/sqlite.ts'
import { openStore } from '../../src/history/store.ts'
import { aRow } from './rows.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-payloads-'))
  path = join(folder, 'history.db')
})
afterEach(() => rm(folder, { recursive: true }))

const part = (text: string) => ({ text, bytes: Buffer.byteLength(text), is_cut: false })
const said = (request: string, response: string | null): Payload => ({
  request: part(request),
  response: response === null ? null : part(response),
})
/** As long when it is compressed. */
const noise = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toHex()
const id = (number: number) => aRow(number).id

test('a payload comes back as it was kept, after a restart too', async () => {
  const first = openStore(path, console.error)
  first.history.record(aRow(1), [])
  first.history.record(aRow(2), [])
  const long = { text: 'Naïve 中\n'.repeat(50_000), bytes: 7, is_cut: true }
  await first.payloads.keep(id(1), { request: long, response: part('') })
  await first.payloads.keep(id(2), said('{}', null))
  first.close()
  const { reader, close } = openStore(path, console.error)
  expect(await reader.payload(id(1))).toEqual({ request: long, response: part('') })
  expect(await reader.payload(id(2))).toEqual(said('{}', null))
  expect(await reader.payload(id(3))).toBeNull()
  close()
})

test('a payload goes with its request, and one whose request has gone is not kept', async () => {
  const { history, payloads, reader, close } = openStore(path, console.error)
  history.record(aRow(1), [])
  await payloads.keep(id(1), said('{}', '{}'))
  history.deleteBefore(2, 10)
  expect(await reader.payload(id(1))).toBeNull()
  await payloads.keep(id(1), said('{}', '{}'))
  expect(await reader.payload(id(1))).toBeNull()
  close()
})

describe('all together', () => {
  let database: Database
  let release: () => void
  const warnings: unknown[] = []
  const open = (maxBytes: number) =>
    createPayloads(database, { maxBytes, warn: (error) => warnings.push(error) })

  beforeEach(() => {
    warnings.length = 0
    ;({ database, release } = openDatabase(path))
    const history = createHistory(database)
    for (let number = 1; number <= 60; number++) history.record(aRow(number), [])
  })
  afterEach(() => {
    database.close()
    release()
  })

  /** The ids of the payloads there are, once no more than so many bytes of them are left. */
  async function keptWithin(bytes: number): Promise<string[]> {
    for (;;) {
      const rows = database
        .query<{ request_id: string; size: number }, []>(
          'SELECT request_id, size FROM payloads ORDER BY request_id',
        )
        .all()
      if (rows.reduce((sum, { size }) => sum + size, 0) <= bytes)
        return rows.map(({ request_id }) => request_id)
      await Bun.sleep(5)
    }
  }

  test('they stay within their size, and the oldest go, in more than one batch too', async () => {
    const payloads = open(30_000)
    for (let number = 1; number <= 60; number++) {
      await payloads.keep(id(number), said(noise(1000), noise(500)))
    }
    const kept = await keptWithin(30_000 * 0.95)
    expect(kept.length).toBeGreaterThan(10)
    expect(kept).toEqual(
      Array.from({ length: kept.length }, (_, index) => id(61 - kept.length + index)),
    )
    payloads.close()
  })

  test('what was there at the start counts, and what has gone with its request does not', async () => {
    const before = open(30_000)
    for (let number = 1; number <= 10; number++) {
      await before.keep(id(number), said(noise(1000), null))
    }
    before.close()
    const payloads = open(12_000)
    createHistory(database).deleteBefore(6, 100)
    for (let number = 11; number <= 18; number++) {
      await payloads.keep(id(number), said(noise(1000), null))
    }
    // Thirteen are there; some three have to go, and not eight.
    const kept = await keptWithin(12_000 * 0.95)
    expect(kept.length).toBeGreaterThan(8)
    expect(kept.at(-1)).toBe(id(18))
    payloads.close()
  })

  test('a full disk loses a payload and nothing else', async () => {
    const payloads = open(1e9)
    const pages = database.query<{ page_count: number }, []>('PRAGMA page_count').get()
    database.run(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + 5}`)
    await payloads.keep(id(1), said(noise(100_000), '{}'))
    expect(String(warnings)).toContain('full')
    await payloads.keep(id(2), said('{}', '{}'))
    const { payload } = createQueries(database)
    expect([payload(id(1)), payload(id(2))]).toEqual([null, said('{}', '{}')])
    expect(warnings).toHaveLength(1)
  })

  test('so does a database that somebody else has locked', async () => {
    const payloads = open(1e9)
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    await payloads.keep(id(1), said('{}', '{}'))
    expect(String(warnings)).toContain('locked')
    other.run('ROLLBACK')
    other.close()
    await payloads.keep(id(1), said('{}', '{}'))
    expect(createQueries(database).payload(id(1))).toEqual(said('{}', '{}'))
  })
})
