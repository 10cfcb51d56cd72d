import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/history/store.ts'
import { aClock } from '../routing/target.ts'

const DAY_MS = 24 * 60 * 60_000

let folder: string
let warnings: string[]
let clock: ReturnType<typeof aClock>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-signatures-'))
  warnings = []
  clock = aClock()
})
afterEach(() => rm(folder, { recursive: true }))

const open = () =>
  openStore(join(folder, 'history.db'), (error) => warnings.push(String(error)), clock.now)

test('who minted a signature is known after a restart', () => {
  const before = open()
  expect(before.signatures.makersOf('one')).toEqual([])
  before.signatures.minted('glm/glm-5', ['one', 'two'])
  expect(before.signatures.makersOf('two')).toEqual(['glm/glm-5'])
  before.close()

  const { signatures, close } = open()
  expect(signatures.makersOf('one')).toEqual(['glm/glm-5'])
  expect(signatures.makersOf('three')).toEqual([])
  close()
})

test('several may sign with the same word', () => {
  const { signatures, close } = open()
  signatures.minted('glm/glm-5', ['one'])
  signatures.minted('kimi/kimi-k3', ['one'])
  signatures.minted('glm/glm-5', ['one'])
  expect(signatures.makersOf('one')).toEqual(['glm/glm-5', 'kimi/kimi-k3'])
  close()
})

test('what nobody has sent for long is forgotten, a few at a time', () => {
  const { signatures, close } = open()
  signatures.minted('glm/glm-5', ['a', 'b', 'c'])
  clock.pass(10 * DAY_MS)
  signatures.minted('glm/glm-5', ['d'])
  expect(signatures.makersOf('c')).toEqual(['glm/glm-5'])

  const { now } = clock
  expect(signatures.deleteBefore(now() - DAY_MS, 1)).toBe(1)
  expect(signatures.deleteBefore(now() - DAY_MS, 5)).toBe(1)
  expect(signatures.deleteBefore(now() - DAY_MS, 5)).toBe(0)
  expect(['a', 'b', 'c', 'd'].map((one) => signatures.makersOf(one))).toEqual([
    ...[[], []],
    ...[['glm/glm-5'], ['glm/glm-5']],
  ])
  close()
})

test('of too many the oldest go', () => {
  const { signatures, close } = open()
  const some = (name: string, length: number) => Array.from({ length }, (_, nth) => name + nth)
  signatures.minted('glm/glm-5', some('old', 20))
  clock.pass(1000)
  signatures.minted('glm/glm-5', some('new', 100_000))
  expect(signatures.deleteBefore(0, 200)).toBe(20)
  expect(signatures.makersOf('old0')).toEqual([])
  expect(signatures.makersOf('new0')).toEqual(['glm/glm-5'])
  close()
})

test('a store that cannot be used costs what it knew, and no request', () => {
  const { signatures, close } = open()
  signatures.minted('glm/glm-5', ['one'])
  const database = new Database(join(folder, 'history.db'))
  database.run('DROP TABLE thinking_signatures')
  database.close()
  expect(signatures.makersOf('one')).toEqual([])
  signatures.minted('glm/glm-5', ['two'])
  expect(warnings).toHaveLength(2)
  close()
})
