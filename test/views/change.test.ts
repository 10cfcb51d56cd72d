import { describe, expect, test } from 'bun:test'
import { Change, type Moved } from '../../views/components/change.tsx'
import { select, texts } from '../dashboard/select.ts'

describe('how a figure moved', () => {
  test.each<[Moved['as'], number, number, string, string]>([
    ['count', 150, 100, '50% more', 'calm'],
    ['count', 50, 100, '50% fewer', 'calm'],
    ['amount', 1.5, 1, '50% more', 'calm'],
    ['time', 1200, 1000, '20% slower', 'warn'],
    ['time', 800, 1000, '20% faster', 'good'],
    ['time', 1030, 1000, '3.0% slower', 'calm'],
    ['share', 0.95, 0.9, '5.0 points better', 'good'],
    ['share', 0.5, 0.9, '40 points worse', 'warn'],
    ['share', 0.899, 0.9, '0.1 points worse', 'calm'],
    ['share', 0.5, 0, '50 points better', 'good'],
    ['count', 12_345, 1, '12,345 times as many', 'calm'],
    ['amount', 30, 3, '10 times as much', 'calm'],
    ['time', 20_000, 1000, '20 times as long', 'warn'],
    ['amount', 29.9, 3, '897% more', 'calm'],
    ['count', 7, 7, 'as before', 'calm'],
  ])('%s, %p after %p: %s', async (as, now, before, words, tone) => {
    const html = await Change({ as, now, before })

    expect(texts(html, '.change')).toEqual([words])
    expect(select(html, '.change')[0]?.attributes.class).toContain(`tone-${tone}`)
  })

  test.each<[number | null, number | null]>([
    [null, 1],
    [1, null],
    [1, 0],
    [0, 0],
  ])('is not told from %p and %p', async (now, before) => {
    expect(await Change({ as: 'time', now, before })).toBe('')
  })
})
