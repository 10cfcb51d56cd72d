import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { renameSync } from 'node:fs'
import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PageQuery } from '../../src/history/answers.ts'
import { keepOnly } from '../../src/history/retention.ts'
import { openStore } from '../../src/history/store.ts'
import { anAttempt, aRow } from './rows.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-history-'))
})
afterEach(() => rm(folder, { recursive: true }))

const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER }
const path = () => join(folder, 'deep', 'history.db')
const open = (file: string) => openStore(file, console.error)

test('a row and its attempts come back as they were written, after a restart too', async () => {
  const price = { input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6 }
  const bill = { price, cost_usd: 0.000135, usage_estimated: true, thinking_tokens: 2 }
  const attempts = [
    anAttempt({ outcome: 'rate_limited', status: 429, error: 'slow down' }),
    anAttempt(bill),
  ]
  const row = aRow(1, { attempt_count: 2, agent: 'a-1', is_background: true, ...bill })
  const first = open(path())
  first.history.record(row, attempts)
  first.close()
  const second = open(path())
  expect(await second.reader.find(row.id)).toEqual({ ...row, headers: null, attempts })
  expect(await second.reader.find('req_none')).toBeNull()
  const database = new Database(path(), { readonly: true })
  expect(database.query('SELECT price FROM attempts ORDER BY id').values()).toEqual([
    [null],
    [JSON.stringify(price)],
  ])
  database.close()
  second.close()
})

test('what is written to a file that was deleted is said to be lost, until it is put back', () => {
  const { history, close } = open(path())
  history.record(aRow(1), [])
  expect(history.trouble()).toBeNull()
  renameSync(path(), `${path()}.moved`)
  history.record(aRow(2), [])
  expect(history.trouble()).toStartWith('its file was deleted or moved')
  renameSync(`${path()}.moved`, path())
  expect(history.trouble()).toBeNull()
  close()
})

test('pages go from the newest to the oldest', async () => {
  const { history, reader, close } = open(':memory:')
  for (let number = 1; number <= 5; number++) history.record(aRow(number), [])
  const ids = async (query: PageQuery) => (await reader.page(query)).requests.map(({ id }) => id)
  expect(await ids({ limit: 2, offset: 0 })).toEqual(['req_0005', 'req_0004'])
  expect(await ids({ limit: 2, offset: 4 })).toEqual(['req_0001'])
  expect(await ids({ limit: 2, offset: 0, before: 'req_0003' })).toEqual(['req_0002', 'req_0001'])
  expect(await ids({ limit: 2, after: 'req_0002' })).toEqual(['req_0004', 'req_0003'])
  expect((await reader.page({ limit: 1 })).total).toBe(5)
  expect(await reader.neighbours('req_0003', {})).toEqual({ newer: 'req_0004', older: 'req_0002' })
  expect(await reader.neighbours('req_0005', {})).toEqual({ newer: null, older: 'req_0004' })
  close()
})

test('the summary counts, and knows when there is nothing to divide by', async () => {
  const { history, reader, close } = open(':memory:')
  expect(await reader.summary(ALWAYS)).toMatchObject({
    requests: 0,
    success_rate: null,
    average_tokens: null,
  })
  history.record(aRow(1), [])
  history.record(aRow(2, { attempt_count: 3, duration_ms: 150 }), [])
  history.record(aRow(3, { state: 'failed', status: 529, error: 'no', input_tokens: null }), [])
  expect(await reader.summary(ALWAYS)).toMatchObject({
    requests: 3,
    succeeded: 2,
    success_rate: 2 / 3,
    average_duration_ms: 250 / 3,
    total_tokens: 115 + 115 + 105,
    cost_usd: null,
    unpriced: 3,
    average_tokens: 335 / 3,
    fallbacks: 1,
  })
  expect((await reader.summary({ since: 2, until: 4 })).requests).toBe(2)
  close()
})

test('the summary adds up what is known to have been paid, and counts what nobody knows', async () => {
  const { history, reader, close } = open(':memory:')
  history.record(aRow(1, { cost_usd: 0.25 }), [])
  history.record(aRow(2, { cost_usd: 0 }), [])
  history.record(aRow(3), [])
  history.record(aRow(4, { state: 'failed', status: 429, first_event_ms: null }), [])
  expect(await reader.summary(ALWAYS)).toMatchObject({ cost_usd: 0.25, unpriced: 1 })
  close()
})

test('what is too old goes in batches, with its attempts', async () => {
  const { history, reader, close } = open(':memory:')
  for (let number = 1; number <= 450; number++) history.record(aRow(number), [anAttempt()])
  const deleted = [1, 2, 3].map(() => history.deleteBefore(441, 200))
  expect(deleted).toEqual([200, 200, 40])
  expect(await reader.page({ limit: 1, offset: 9 })).toMatchObject({
    total: 10,
    requests: [{ id: 'req_0441' }],
  })
  expect(await reader.find('req_0440')).toBeNull()
  close()
})

test('old requests are gone soon after the start, and new ones are not', async () => {
  const { history, reader, close } = open(':memory:')
  for (let number = 1; number <= 250; number++) history.record(aRow(number), [])
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const stop = keepOnly(
    {
      deleteBefore(time, limit) {
        const deleted = history.deleteBefore(time, limit)
        if (deleted < limit) resolve()
        return deleted
      },
    },
    { cutoff: () => 240, warn: console.error },
  )
  await done
  stop()
  const { requests } = await reader.page({ limit: 100 })
  expect(requests.map(({ id }) => id)).toEqual(
    Array.from({ length: 11 }, (_, index) => `req_0${250 - index}`),
  )
  close()
})

describe('the file', () => {
  test('is for its owner alone', async () => {
    const { close } = open(path())
    const mode = async (name: string) => (await stat(name)).mode & 0o777
    expect(await mode(path())).toBe(0o600)
    expect(await mode(join(folder, 'deep'))).toBe(0o700)
    close()
  })

  test('is for one instance at a time, and free again when that one has ended', () => {
    const first = open(path())
    expect(() => open(path())).toThrow('in use by another claude-proxy')
    first.close()
    open(path()).close()
  })

  test('is let go of when it cannot be read any more, with a warning', async () => {
    const warnings: unknown[] = []
    const { history, close } = openStore(path(), (error) => warnings.push(error))
    history.record(aRow(1), [])
    await truncate(`${path()}-wal`, 100)
    close()
    close()
    expect(String(warnings)).toContain('disk I/O error')
    expect(warnings).toHaveLength(1)
    expect(() => open(path())).not.toThrow('in use')
  })
})
