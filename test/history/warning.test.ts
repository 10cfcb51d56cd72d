import { expect, test } from 'bun:test'
import { onceAMinute } from '../../src/history/warning.ts'

test('a disk that stays full is mentioned once a minute', () => {
  let seconds = 0
  const heard: number[] = []
  const warn = onceAMinute(
    () => heard.push(seconds),
    () => seconds * 1000,
  )

  for (; seconds < 130; seconds++) warn(new Error('disk is full'))

  expect(heard).toEqual([0, 60, 120])
})
