import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { overlapOf } from '../../src/messages/overlap.ts'

const whole = { mayRepeat: true, isWhole: true }

describe('what somebody else says again', () => {
  const cases: Record<string, [said: string, next: string, rest: string]> = {
    'the last words': ['It is read once at start', 'read once at start and', ' and'],
    'all of it': ['Hi', 'Hi there', ' there'],
    'the last line': ['- one\n- two', '- two\n- three', '\n- three'],
    'words and the space behind them': ['It is read once ', 'It is read once at', 'at'],
    'white space': ['First:\n\n', '\n\n- one', '- one'],
    'some of the white space': ['First:\n\n', '\n- one', '- one'],
  }
  test.each(Object.entries(cases))('is left out: %s', (_, [said, next, rest]) => {
    expect(next.slice(overlapOf(said, next, whole) ?? 0)).toBe(rest)
  })

  const kept: Record<string, [said: string, next: string]> = {
    'a word that comes twice': ['What had', ' had to be'],
    'one end behind another': ['if a\n    end', '\n  end\nend'],
    'a bracket behind another': ['f(g(x)', ')'],
    'more of a rule': ['Title\n------------', '------------\nText'],
    'words from further up': ['It is read once at start.', ' It is read once, I said.'],
  }
  test.each(Object.entries(kept))('is not what only looks like it: %s', (_, [said, next]) => {
    expect(overlapOf(said, next, whole)).toBe(0)
  })

  test('is only white space where the model goes on from its own words', () => {
    const own = { mayRepeat: false, isWhole: true }
    expect(overlapOf('ha ha ha ha ha ', ' ha ha ha ha ha', own)).toBe(1)
  })

  test('is decided as soon as the words differ', () => {
    const said = 'It is read once at start and never again.'
    expect(overlapOf(said, 'It is read', { mayRepeat: true, isWhole: false })).toBeNull()
    expect(overlapOf(said, 'It is read by', { mayRepeat: true, isWhole: false })).toBe(0)
  })
})

/** Text in which nothing comes twice, with the gaps a model leaves. */
const text = fc
  .uniqueArray(fc.integer({ min: 100_000, max: 999_999 }), { minLength: 4, maxLength: 30 })
  .chain((numbers) =>
    fc
      .array(fc.constantFrom(' ', '\n', '\n\n', '. '), {
        minLength: numbers.length,
        maxLength: numbers.length,
      })
      .map((gaps) => numbers.map((number, i) => `w${number}${gaps[i]}`).join('')),
  )

test('wherever a text is cut and however much is said again, all of it is heard once', () => {
  const scenario = fc
    .record({
      text,
      at: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      back: fc.nat(60),
      size: fc.integer({ min: 1, max: 20 }),
    })
    .map(({ text, at, ...rest }) => ({ text, cut: Math.floor(text.length * at), ...rest }))
  fc.assert(
    fc.property(scenario, ({ text, cut, back, size }) => {
      const said = text.slice(0, cut)
      const asked = said.trimEnd()
      // Either nothing of what was asked is said again, or enough to be no accident.
      const from = back < 16 ? asked.length : Math.max(0, asked.length - back)
      const next = text.slice(from)
      const mayRepeat = from < asked.length
      expect(said + heard(said, next, size, mayRepeat)).toBe(text)
    }),
    { numRuns: 1000 },
  )
})

/** What is handed out of a text that comes in pieces of this size. */
function heard(said: string, next: string, size: number, mayRepeat: boolean): string {
  for (let end = size; end < next.length; end += size) {
    const overlap = overlapOf(said, next.slice(0, end), { mayRepeat, isWhole: false })
    if (overlap !== null) return next.slice(overlap)
  }
  return next.slice(overlapOf(said, next, { mayRepeat, isWhole: true }) ?? 0)
}
