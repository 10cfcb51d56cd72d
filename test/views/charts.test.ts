import { describe, expect, test } from 'bun:test'
import { Bars } from '../../views/charts/bars.tsx'
import { Lines } from '../../views/charts/lines.tsx'
import type { Chart } from '../../views/charts/plot.ts'
import { Sparkline } from '../../views/charts/sparkline.tsx'
import { select, texts } from '../dashboard/select.ts'

const HOUR = 3600_000
const START = new Date(2026, 10, 22, 9).getTime()

const chart = (changes: Partial<Chart> = {}): Chart => ({
  title: 'Requests',
  buckets: [START, START + HOUR, START + 2 * HOUR],
  bucketMs: HOUR,
  series: [
    { name: 'Complete', tone: 'kind-1', values: [3, 0, 5] },
    { name: 'Failed', tone: 'tone-bad', values: [1, 0, 0] },
  ],
  format: String,
  ...changes,
})

describe('a chart', () => {
  test('has the same numbers as a table', async () => {
    const html = await Bars({ chart: chart() })

    expect(texts(html, 'thead th')).toEqual(['From', 'Complete', 'Failed'])
    expect(texts(html, 'tbody tr')).toEqual([
      '22 Nov, 09:0031',
      '22 Nov, 10:0000',
      '22 Nov, 11:0050',
    ])
    expect(texts(html, 'caption')).toEqual(['Requests'])
  })

  test('leads from each bucket to what it counts', async () => {
    const linkOf: Chart['linkOf'] = ({ since, until }) => `/requests?since=${since}&until=${until}`
    const html = await Bars({ chart: chart({ linkOf }) })

    expect(select(html, 'tbody a')[1]?.attributes.href).toBe(
      `/requests?since=${START + HOUR}&until=${START + 2 * HOUR}`,
    )
  })

  test('sets the bars of one bucket one upon the other', async () => {
    const html = await Bars({ chart: chart() })

    const [complete = '', failed = ''] = drawn(html, '.bars path:not(.part)')
    const [, place, top] = /^M(\S+) \d+V(\d+)/.exec(complete) ?? []
    expect(failed).toMatch(new RegExp(`^M${place} ${top}V\\d+$`))
  })

  test('shows one among thousands', async () => {
    const many = { name: 'OK', tone: 'kind-1', values: [5000, 5000, 5000] }
    const one = { name: 'Failed', tone: 'tone-bad', values: [0, 1, 0] }
    const html = await Bars({ chart: chart({ series: [many, one] }) })

    const [, failed = ''] = drawn(html, '.bars path:not(.part)')
    const [, from, to] = /^M\S+ (\d+)V(\d+)$/.exec(failed) ?? []
    expect(Number(from) - Number(to)).toBe(1)
  })

  test('draws what is not counted whole apart, and says so', async () => {
    const span = { since: START, until: START + 2.5 * HOUR }
    const html = await Bars({ chart: chart({ span }) })

    const [whole = '', part = ''] = drawn(html, '.bars path')
    expect(whole.match(/M/g)).toHaveLength(1)
    expect(part.match(/M/g)).toHaveLength(1)
    expect(texts(html, 'tbody th')[2]).toBe('22 Nov, 11:00 (in part)')
  })

  test('says so when there is nothing to draw', async () => {
    const html = await Lines({
      chart: chart({ series: [{ name: 'p50', tone: 'kind-1', values: [null, null, null] }] }),
    })

    expect(texts(html, '.drawing > text')[0]).toBe('Nothing to count here')
    expect(texts(html, 'tbody td')).toEqual(['–', '–', '–'])
  })

  test('has no values between whole numbers on its axis', async () => {
    const one = { name: 'Complete', tone: 'kind-1', values: [1, 0, 0] }

    expect(texts(await Bars({ chart: chart({ series: [one] }) }), '.values text')).toEqual([
      '0',
      '1',
    ])
  })

  test('shows names as text', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const linkOf = () => '"><b>'
    const series = [
      { name, tone: 'kind-1', values: [1, 2, 3] },
      { name, tone: 'kind-2', values: [1, 2, 3] },
    ]
    const html = await Bars({ chart: chart({ title: name, href: '"><b>', linkOf, series }) })

    expect(select(html, 'img, b')).toEqual([])
    expect(texts(html, 'h3')).toEqual([name])
    expect(texts(html, '.legend li')).toEqual([name, name])
  })
})

describe('a line', () => {
  const lines = (values: (number | null)[], changes: Partial<Chart> = {}) =>
    Lines({ chart: chart({ series: [{ name: 'p50', tone: 'kind-1', values }], ...changes }) })

  test('has a gap where a value is missing, and a point where it would not be seen', async () => {
    const html = await lines([1, null, 2])

    const [line = '', points = ''] = drawn(html, '.lines path')
    expect(line.match(/M/g)).toHaveLength(2)
    expect(points.match(/M/g)).toHaveLength(2)
  })

  test('goes to the bucket that is not over in a way of its own', async () => {
    const html = await lines([1, 2, 3], { span: { since: START, until: START + 2.5 * HOUR } })

    const [line = '', , part = ''] = drawn(html, '.lines path')
    expect(part.slice(1)).toStartWith(line.slice(line.indexOf('L') + 1))
  })
})

function drawn(html: string, selector: string): string[] {
  return select(html, selector).map(({ attributes }) => attributes.d ?? '')
}

test('a sparkline has a point only where it turns', async () => {
  const values = [0, 0, 0, 4, 0, 0, null, null, 2, 2, 2]

  const html = await Sparkline({ values, label: 'Errors', tone: 'tone-bad' })

  expect(select(html, '.line')[0]?.attributes.d).toBe(
    'M0,23L20,23L30,2L40,23L50,23M80,12.5L100,12.5',
  )
})
