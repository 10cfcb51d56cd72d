import { describe, expect, test } from 'bun:test'
import {
  formatCost,
  formatDuration,
  formatPrice,
  formatRate,
  formatTokens,
} from '../../views/format.ts'

describe('numbers for a person', () => {
  test.each([
    [null, '–'],
    [0, '0'],
    [999, '999'],
    [1000, '1.0k'],
    [99_949, '99.9k'],
    [99_950, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [14_513_736, '14.51M'],
    [114_513_736, '114.5M'],
    [999_949_999, '999.9M'],
    [999_950_000, '1.00B'],
    [1_236_030_000, '1.24B'],
  ])('%p tokens are %p', (tokens, expected) => {
    expect(formatTokens(tokens)).toBe(expected)
  })

  test.each([
    [null, '–'],
    [0, '0 ms'],
    [7.6, '8 ms'],
    [99.6, '0.10 s'],
    [420, '0.42 s'],
    [9994, '9.99 s'],
    [9995, '10.0 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_599_000, '59 min 59 s'],
    [3_599_600, '1 h 00 min'],
    [4_000 * 3_600_000, '4,000 h 00 min'],
  ])('%p ms are %p', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected)
  })

  test.each([
    [null, '–'],
    [0, '0.0%'],
    [0.9999, '99.9%'],
    [1, '100%'],
  ])('a rate of %p is %p: only all is all', (rate, expected) => {
    expect(formatRate(rate)).toBe(expected)
  })

  test.each([
    [null, '–'],
    [0, '$0'],
    [0.000_049, '< $0.0001'],
    [0.0123, '$0.0123'],
    [0.999_96, '$1.00'],
    [12.345, '$12.35'],
    [1234.5, '$1,234.50'],
  ])('%p dollars are %p', (dollars, expected) => {
    expect(formatCost(dollars)).toBe(expected)
  })

  test('a cost that was estimated says so', () => {
    expect(formatCost(0.0123, true)).toBe('≈ $0.0123')
    expect(formatCost(null, true)).toBe('–')
  })

  test.each([
    [0, '$0.00/M'],
    [0.00875, '$0.00875/M'],
    [0.3, '$0.30/M'],
    [15, '$15.00/M'],
  ])('a price of %p is %p', (dollars, expected) => {
    expect(formatPrice(dollars)).toBe(expected)
  })
})
