import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRemoteReader } from '../../src/history/remote-reader.ts'
import { openStore } from '../../src/history/store.ts'
import { anAttempt, aRow } from './rows.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-proxy-reader-'))
  path = join(folder, 'history.db')
})
afterEach(() => rm(folder, { recursive: true }))

test('a row can be read elsewhere as soon as it is written', async () => {
  const { history, reader, close } = openStore(path, console.error)
  expect((await reader.page({ limit: 5 })).total).toBe(0)
  for (let number = 1; number <= 3; number++) history.record(aRow(number), [anAttempt()])

  const [page, found, missing] = await Promise.all([
    reader.page({ limit: 2 }),
    reader.find('req_0002'),
    reader.find('req_none'),
  ])

  expect(page).toMatchObject({ total: 3, requests: [{ id: 'req_0003' }, { id: 'req_0002' }] })
  expect(found).toEqual({ ...aRow(2), headers: null, attempts: [anAttempt()] })
  expect(missing).toBeNull()
  close()
})

test('a file that cannot be read is an error that says so, until it can be', async () => {
  const { reader, close } = openRemoteReader(path)
  expect(reader.oldest()).rejects.toMatchObject({
    code: 'api_error',
    message: `The history ${path} cannot be read: unable to open database file`,
  })
  const { history, close: closeStore } = openStore(path, console.error)
  history.record(aRow(7), [])
  expect(await reader.oldest()).toBe(7)
  close()
  closeStore()
})

test('what is asked when the reader is closed is answered with an error', async () => {
  openStore(path, console.error).close()
  const { reader, close } = openRemoteReader(path)
  const asked = reader.page({ limit: 1 })
  close()
  expect(asked).rejects.toThrow('cannot be read: it is closed')
})

test('a file that broke meanwhile says what to do', async () => {
  openStore(path, console.error).close()
  const { reader, close } = openRemoteReader(path)
  const bytes = await Bun.file(path).bytes()
  await writeFile(path, bytes.fill(7, 4096))
  expect(reader.page({ limit: 1 })).rejects.toThrow(/malformed.*; stop claude-proxy and move/)
  await reader.oldest().catch(() => {})
  close()
})

test('a broken file is set aside, and a new one takes its place', async () => {
  await writeFile(path, 'This is no database, and long enough to be looked at as one. '.repeat(20))
  const { history, reader, brokenAt, close } = openStore(path, console.error)
  history.record(aRow(1), [])
  expect((await reader.page({ limit: 1 })).total).toBe(1)
  close()
  expect(await Bun.file(brokenAt ?? 'nowhere').text()).toStartWith('This is no database')
})
