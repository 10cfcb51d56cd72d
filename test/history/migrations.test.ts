import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import first from '../../src/history/migrations/0001_requests.sql' with { type: 'text' }
import { openStore } from '../../src/history/store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-migrations-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file of the first version keeps its rows, which have no prices, and remembers targets', async () => {
  const path = join(folder, 'history.db')
  const old = new Database(path)
  old.run(first)
  old.run('PRAGMA user_version = 1')
  old.run(`
    INSERT INTO requests (id, created_at, requested_model, stream, status, state, attempt_count,
      input_tokens, cache_creation_input_tokens, first_event_ms, duration_ms)
    VALUES ('req_1', 1, 'claude-opus-5-5', 1, 200, 'complete', 1, 7, 500, 20, 50)`)
  old.run(`
    INSERT INTO attempts (request_id, provider, model, outcome, started_ms, duration_ms)
    VALUES ('req_1', 'bedrock', 'us.anthropic.claude-opus-5-5', 'ok', 0, 50)`)
  old.close()

  const { reader, memory, close } = openStore(path, console.error)

  expect(await reader.find('req_1')).toMatchObject({
    requested_model: 'claude-opus-5-5',
    agent: null,
    is_background: false,
    input_tokens: 7,
    cache_creation_input_tokens: 500,
    cache_creation_5m_input_tokens: null,
    usage_estimated: false,
    price: null,
    cost_usd: null,
    attempts: [
      {
        provider: 'bedrock',
        outcome: 'ok',
        reason: null,
        wait_ms: 0,
        input_tokens: null,
        usage_estimated: false,
        price: null,
        cost_usd: null,
      },
    ],
  })
  expect(await reader.summary({ since: 0, until: 9 })).toMatchObject({
    total_tokens: 507,
    cost_usd: null,
    unpriced: 1,
  })
  memory.keep('bedrock', { until: 5 })
  expect(memory.load().get('bedrock')).toEqual({ until: 5 })
  close()
})

test('a file of a newer version is left as it is', () => {
  const path = join(folder, 'history.db')
  openStore(path, console.error).close()
  const database = new Database(path)
  database.run('PRAGMA user_version = 999')
  database.close()

  expect(() => openStore(path, console.error)).toThrow('written by a newer claude-proxy')
})
