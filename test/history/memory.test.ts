import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/history/store.ts'

let folder: string
let warnings: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-memory-'))
  warnings = []
})
afterEach(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'history.db')
const open = () => openStore(path(), (error) => warnings.push(String(error)))
const reopened = () => {
  const { memory, close } = open()
  const kept = memory.load()
  close()
  return kept
}

const REST = { kind: 'rate_limit', reason: 'Too many “requests”.', until: 1_795_353_425_000 }

test('what is kept is there after a restart, the latest under each key', () => {
  const { memory, close } = open()
  memory.keep('bedrock/opus@us-west-2', { ...REST, until: 0 })
  memory.keep('bedrock/opus@us-west-2', REST)
  memory.keep('anthropic', null)
  memory.keep('', [1, 'two'])
  close()
  expect(Object.fromEntries(reopened())).toEqual({
    'bedrock/opus@us-west-2': REST,
    anthropic: null,
    '': [1, 'two'],
  })
})

test('what is dropped stays gone, and the rest stays', () => {
  const { memory, close } = open()
  memory.keep('bedrock', REST)
  memory.keep('groq', REST)
  memory.drop('bedrock')
  memory.drop('never kept')
  close()
  expect([...reopened().keys()]).toEqual(['groq'])
  expect(warnings).toEqual([])
})

test('a value that is no JSON any more costs that key alone', () => {
  const { memory, close } = open()
  memory.keep('bedrock', REST)
  memory.keep('groq', REST)
  close()
  change("UPDATE target_memory SET value = '{' WHERE key = 'bedrock'")
  expect([...reopened().keys()]).toEqual(['groq'])
})

describe('a store that fails', () => {
  test('is warned about, and works again when it can', () => {
    const { memory, close } = open()
    const other = new Database(path())
    other.run('BEGIN IMMEDIATE')
    memory.keep('bedrock', REST)
    memory.drop('bedrock')
    expect(warnings).toEqual([
      expect.stringContaining('database is locked'),
      expect.stringContaining('database is locked'),
    ])
    other.run('ROLLBACK')
    other.close()
    memory.keep('bedrock', REST)
    expect([...memory.load().keys()]).toEqual(['bedrock'])
    close()
  })

  test('has nothing to load, and says so', () => {
    const { memory, close } = open()
    change('DROP TABLE target_memory')
    expect(memory.load().size).toBe(0)
    expect(warnings).toEqual([expect.stringContaining('no such table')])
    close()
  })

  test('is not asked to keep what is no JSON', () => {
    const { memory, close } = open()
    memory.keep('bedrock', undefined)
    memory.keep('groq', 1n)
    expect(warnings).toHaveLength(2)
    expect(memory.load().size).toBe(0)
    close()
  })
})

function change(sql: string) {
  const database = new Database(path())
  database.run(sql)
  database.close()
}
