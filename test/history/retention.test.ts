import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { historyCutoff } from '../../src/history/retention.ts'
import { openStore } from '../../src/history/store.ts'
import { aRow } from './rows.ts'

const HOUR = 60 * 60_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-retention-'))
})
afterEach(() => rm(folder, { recursive: true }))

const forever = { retentionMs: 1e9 * HOUR, now: Date.now }

test('what is older than the retention goes by whole hours', () => {
  const { history, close } = openStore(':memory:', console.error)
  const settings = { retentionMs: 2 * HOUR, maxBytes: 1e9, now: () => 9.5 * HOUR }
  expect(historyCutoff(history, settings)()).toBe(7 * HOUR)
  close()
})

test('a store that has grown too large loses its oldest hours, and the file shrinks', async () => {
  const path = join(folder, 'history.db')
  const { history, reader, close } = openStore(path, console.error)
  for (let number = 0; number < 2000; number++) {
    const created_at = number * (HOUR / 100)
    history.record(aRow(number, { created_at, error: 'x'.repeat(1000) }), [])
  }
  const before = history.usedBytes()
  const maxBytes = before / 2
  const cutoff = historyCutoff(history, { ...forever, maxBytes })
  while (history.deleteBefore(cutoff(), 200) > 0);

  expect(history.usedBytes()).toBeLessThanOrEqual(maxBytes)
  expect(history.usedBytes()).toBeGreaterThan(maxBytes * 0.7)
  const oldest = history.oldest() ?? 0
  expect(oldest % HOUR).toBe(0)
  expect((await reader.page({ limit: 1 })).total).toBe(2000 - oldest / (HOUR / 100))
  close()
  expect((await stat(path)).size).toBeLessThan(before * 0.6)
})
