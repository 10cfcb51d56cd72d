import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { differingLines } from '../../views/diff.ts'

test('the lines that only one side has are told', () => {
  expect(differingLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
    [false, true, false],
    [false, true, false, true],
  ])
})

test('what does not differ is the same on both sides, in the same order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const [inA, inB] = differingLines(a, b) ?? [[], []]
      expect(a.filter((_, at) => !inA[at])).toEqual(b.filter((_, at) => !inB[at]))
    }),
  )
})

test('texts of many lines are not compared', () => {
  expect(differingLines(Array(2000).fill('a'), [])).toBeNull()
})
