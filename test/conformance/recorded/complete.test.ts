import { expect, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { RECORDED } from '../../support/recorded.ts'
import { ANSWERS, COUNTS, NOT_REPLAYED } from './recordings.ts'
import { BROKEN_OFF, REFUSALS } from './refusals.ts'

test.skipIf(!RECORDED)('every recording is replayed', async () => {
  const tables = [ANSWERS, COUNTS, REFUSALS, BROKEN_OFF]
  const replayed = tables.flatMap((rows) => rows.map(({ name }) => name.replace(/#\d$/, '')))
  const files = await readdir(RECORDED ?? '', { recursive: true })
  const names = files
    .filter((file) => /^(?!claude-code|LICENSES)[a-z-]+\/.+$/.test(file))
    // A body beside its envelope is named in it.
    .filter((file) => file.startsWith('synthetic/') || /\.(json|chunks\.txt)$/.test(file))
    .map((file) => file.replace(/\.json$/, ''))
  expect(names.length).toBeGreaterThan(80)
  expect(names.toSorted()).toEqual([...new Set(replayed), ...NOT_REPLAYED].toSorted())
})
