import { expect, test } from 'bun:test'
import { FAULTS } from '../../src/drill/faults.ts'
import { refused } from './observations.ts'

test('of several times to come back the soonest has to be named', () => {
  const headers = (seconds: string) => new Headers({ 'retry-after': seconds })
  const [check] = FAULTS.find(({ id }) => id === 'F20')?.checks ?? []
  expect(check?.({ ...refused, headers: headers('3') })).toContain('free in 1 s')
  expect(check?.({ ...refused, headers: headers('1') })).toBeNull()
})
