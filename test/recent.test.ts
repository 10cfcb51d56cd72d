import { expect, test } from 'bun:test'
import { createRecent } from '../src/recent.ts'

test('what was not used for longest goes first', () => {
  const dropped: string[] = []
  const recent = createRecent<number>(2, { onDrop: (key) => dropped.push(key) })
  recent.set('a', 1)
  recent.set('b', 2)
  recent.get('a')
  recent.set('c', 3)
  expect(dropped).toEqual(['b'])
  expect([...recent.entries()]).toEqual([
    ['a', 1],
    ['c', 3],
  ])
})

test('what is needed stays, however old it is', () => {
  const recent = createRecent<{ inFlight: number }>(1, { isNeeded: ({ inFlight }) => inFlight > 0 })
  recent.set('busy', { inFlight: 1 })
  recent.set('idle', { inFlight: 0 })
  recent.set('new', { inFlight: 0 })
  expect([...recent.entries()].map(([key]) => key)).toEqual(['busy'])
})
