import { expect, test } from 'bun:test'
import { neverBackwards } from '../src/clock.ts'

const HOUR = 3_600_000

/** What the clock says while the time of the machine is set to each of these. */
function readings(...times: number[]): number[] {
  let time = 0
  const now = neverBackwards(() => time)
  return times.map((set) => {
    time = set
    return now()
  })
}

test('it goes as the machine goes', () => {
  expect(readings(1000, 1000, 1500, 9000)).toEqual([1000, 1000, 1500, 9000])
})

test('it stands still when the machine is set back, and goes on from there', () => {
  const later = 5 * HOUR
  expect(readings(later, later - HOUR, later - HOUR + 200, later - HOUR + 700)).toEqual([
    later,
    later,
    later + 200,
    later + 700,
  ])
})

test('it can be set back again and again', () => {
  expect(readings(100, 50, 60, 10, 15)).toEqual([100, 100, 110, 110, 115])
})

test('it follows a machine that is set ahead', () => {
  expect(readings(100, 100 + HOUR, 100 + HOUR + 5)).toEqual([100, 100 + HOUR, 105 + HOUR])
})
