import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CUT_MARK, createCollector, cut, excerptOf, MARGIN } from '../../src/payloads/excerpt.ts'

const encode = (text: string) => new TextEncoder().encode(text)

function collect(pieces: string[], maxBytes: number) {
  const collector = createCollector(maxBytes)
  for (const piece of pieces) collector.add(encode(piece))
  return collector
}

describe('what is collected', () => {
  test('is everything, where it is short enough', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (pieces) => {
        const collector = collect(pieces, 10_000)
        expect(collector.excerpt()).toEqual({ beginning: pieces.join(''), end: null })
        expect(collector.bytes).toBe(Buffer.byteLength(pieces.join('')))
      }),
    )
  })

  test('of something long is its beginning and its end, in little more room than allowed', () => {
    const pieces = Array.from({ length: 20_000 }, (_, n) => `event: ${n}\n\n`)
    const collector = collect(pieces, 20_000)
    const { beginning, end } = collector.excerpt()
    const all = pieces.join('')
    expect(all).toStartWith(beginning)
    expect(all).toEndWith(end ?? 'nothing')
    expect(collector.bytes).toBe(all.length)
    const held = beginning.length + (end?.length ?? 0)
    expect(held).toBeGreaterThanOrEqual(20_000 + 2 * MARGIN)
    expect(held).toBeLessThan(20_000 + 2 * MARGIN + 50)
  })

  test('of one long piece is all of it, since it may be JSON', () => {
    const text = 'x'.repeat(500_000)
    expect(collect([text], 1000).excerpt()).toEqual({ beginning: text, end: null })
  })
})

describe('what is cut', () => {
  test('has at most the size allowed, its beginning and its end, and a mark between them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2000 }),
        fc.integer({ min: 1, max: 3000 }),
        (text, maxBytes) => {
          const { text: kept, isCut } = cut(excerptOf(text, maxBytes), maxBytes)
          expect(isCut).toBe(Buffer.byteLength(text) > maxBytes)
          if (!isCut) return expect(kept).toBe(text)
          const [first = '', last = ''] = kept.split(CUT_MARK)
          expect(text).toStartWith(first)
          expect(text).toEndWith(last)
          expect(Buffer.byteLength(first + last)).toBeLessThanOrEqual(maxBytes)
        },
      ),
    )
  })

  test('is whole characters, wherever its middle is', () => {
    const { text } = cut(excerptOf('😀中', 6), 6)
    expect(text.split(CUT_MARK)).toEqual(['', '中'])
  })

  test('is a stream of whole events', () => {
    const events = Array.from({ length: 50_000 }, (_, n) => `event: ${n}\ndata: {"n":${n}}\n\n`)
    const { text } = cut(collect(events, 10_000).excerpt(), 10_000)
    const kept = text.split('\n\n').filter(Boolean)
    const mark = kept.indexOf(CUT_MARK.trim())
    const ofAll = events.map((event) => event.trim())
    expect(kept.slice(0, mark)).toEqual(ofAll.slice(0, mark))
    expect(kept.slice(mark + 1)).toEqual(ofAll.slice(-(kept.length - mark - 1)))
  })

  test('loses what stood next to the gap, where a secret may have been cut in two', () => {
    const { beginning, end } = excerptOf('x'.repeat(200_000), 1000)
    const clean = { beginning: `${beginning}half a secr`, end: `et half${end}` }
    const { text } = cut(clean, 1_000_000)
    expect(text).not.toContain('secr')
    expect(text).not.toContain('half')
  })
})
