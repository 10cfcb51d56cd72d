import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournal, type Journal } from '../../src/history/journal.ts'
import { openStore } from '../../src/history/store.ts'
import { aRow } from './rows.ts'

const WELL = { trouble: () => null }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-journal-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('rows wait while the store is locked, and are written in order when it is free', async () => {
  const path = join(folder, 'history.db')
  const { history, reader, close } = openStore(path, console.error)
  const { promise: writtenAll, resolve } = Promise.withResolvers<void>()
  const record: typeof history.record = (row, ...more) => {
    history.record(row, ...more)
    if (row.id === 'req_0003') resolve()
  }
  const warnings: unknown[] = []
  const journal = createJournal({ ...WELL, record }, (error) => warnings.push(error))
  const other = new Database(path)
  other.run('BEGIN IMMEDIATE')
  for (const number of [1, 2, 3]) journal.record(aRow(number), [])
  expect(journal).toMatchObject({ written: 0, waiting: 3, lost: 0, problem: 'database is locked' })
  expect(warnings).toHaveLength(1)
  other.run('ROLLBACK')
  other.close()

  await writtenAll

  const { requests } = await reader.page({ limit: 5 })
  expect(requests.map(({ id }) => id)).toEqual(['req_0003', 'req_0002', 'req_0001'])
  expect(journal).toMatchObject({ written: 3, waiting: 0, lost: 0, problem: null })
  close()
})

test('a row the store does not take does not keep the others waiting', () => {
  const { history, close } = openStore(':memory:', console.error)
  const warnings: unknown[] = []
  const journal = createJournal(history, (error) => warnings.push(error))
  for (const number of [1, 1, 2]) journal.record(aRow(number), [])
  expect(journal).toMatchObject({ written: 2, waiting: 0, lost: 1, problem: null })
  expect(warnings).toHaveLength(1)
  close()
})

test('a store that stays broken costs the oldest rows, not all memory', () => {
  const record = () => {
    throw new Error('database or disk is full')
  }
  const journal = createJournal({ ...WELL, record }, () => {})
  for (let number = 0; number < 10_005; number++) journal.record(aRow(number), [])
  expect(journal).toMatchObject({ waiting: 10_000, lost: 5, problem: 'database or disk is full' })
  journal.close()
  expect(journal.lost).toBe(10_005)
})

test('rows that have waited are written a few at a time, and in order', async () => {
  const { promise: writtenAll, resolve } = Promise.withResolvers<void>()
  let isFull = true
  const ids: string[] = []
  const record: Journal['record'] = ({ id }) => {
    if (isFull) throw new Error('database or disk is full')
    if (ids.push(id) === 120) resolve()
  }
  const journal = createJournal({ ...WELL, record }, () => {})
  const rows = Array.from({ length: 120 }, (_, number) => aRow(number))
  for (const row of rows) journal.record(row, [])
  expect(journal.retry()).toBe(false)
  isFull = false
  expect(journal.retry()).toBe(true)
  expect(journal).toMatchObject({ written: 50, waiting: 70 })
  await writtenAll
  expect(ids).toEqual(rows.map(({ id }) => id))
  expect(journal.retry()).toBe(true)
})
