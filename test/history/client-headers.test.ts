import type { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/history/database.ts'
import { createQueries } from '../../src/history/queries.ts'
import { createHistory } from '../../src/history/sqlite.ts'
import { aRow } from './rows.ts'

let folder: string
let database: Database
let release: () => void

function open() {
  ;({ database, release } = openDatabase(join(folder, 'history.db')))
  return createHistory(database)
}

function close() {
  database.close()
  release()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-headers-'))
})
afterEach(async () => {
  close()
  await rm(folder, { recursive: true })
})

const headersOf = (number: number) => createQueries(database).find(aRow(number).id)?.headers
const sets = () => database.query('SELECT headers FROM client_headers ORDER BY id').values()
const CLI = { 'user-agent': 'claude-cli/2.1.330 (external, cli)', 'x-app': 'cli' }
const SDK = { 'user-agent': 'Anthropic/Python 0.97.0' }

test('each set of headers is written once, after a restart too', () => {
  const before = open()
  before.record(aRow(1), [], CLI)
  before.record(aRow(2), [], SDK)
  before.record(aRow(3), [], { ...CLI })
  before.record(aRow(4), [])
  close()
  open().record(aRow(5), [], CLI)
  expect([1, 2, 3, 4, 5].map(headersOf)).toEqual([CLI, SDK, CLI, null, CLI])
  expect(sets()).toEqual([[JSON.stringify(CLI)], [JSON.stringify(SDK)]])
})

test('a request that could not be written takes no headers along', () => {
  const history = open()
  history.record(aRow(1), [])
  expect(() => history.record(aRow(1), [], CLI)).toThrow('UNIQUE')
  history.record(aRow(2), [], CLI)
  expect(headersOf(2)).toEqual(CLI)
})

test('a client that never says the same twice does not fill the disk', () => {
  const history = open()
  database.run(`
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999)
    INSERT INTO client_headers (headers) SELECT 'set ' || n FROM numbers`)
  for (const n of [1, 2]) history.record(aRow(n), [], { 'user-agent': `client ${n}` })
  expect(headersOf(1)).toEqual({ 'user-agent': 'client 1' })
  expect(headersOf(2)).toBeNull()
  expect(sets()).toHaveLength(1000)
})
