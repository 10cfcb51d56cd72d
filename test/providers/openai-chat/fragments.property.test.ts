import { test } from 'bun:test'
import fc from 'fast-check'
import type { Completion } from '../../../src/providers/openai-chat/wire.ts'
import { checkOrder, chunk, messageOf, translate } from './support.ts'

/** What a model says, however its service cuts that into pieces. */
type Said = { text: string } | { thinking: string } | { input: Record<string, unknown> }

const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
  fc.constantFrom('<', '<th', '</think>', 'null'),
)
const said = fc.oneof(
  words.map((text) => ({ text })),
  words.map((thinking) => ({ thinking })),
  fc
    .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
    .map((input) => ({ input: JSON.parse(JSON.stringify(input)) })),
)

/** How services tell the pieces of one call from those of another. */
const STYLES = ['index', 'only the first has an id', 'all under 0', 'ids alone'] as const

function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % text.length))].toSorted((a, b) => a - b)
  return [0, ...places, text.length]
    .map((at, nth, all) => text.slice(at, all[nth + 1] ?? at))
    .filter((piece) => piece !== '')
}

function chunksOf(part: Said, nth: number, cuts: number[], style: (typeof STYLES)[number]) {
  if ('text' in part) return pieces(part.text, cuts).map((content) => chunk({ content }))
  if ('thinking' in part) {
    return pieces(part.thinking, cuts).map((reasoning) => chunk({ reasoning }))
  }
  const index = style === 'index' ? nth : style === 'all under 0' ? 0 : null
  return pieces(JSON.stringify(part.input), cuts).map((json, at): Completion => {
    const id = at === 0 || style === 'ids alone' ? `call_${nth}` : null
    const name = at === 0 ? 'Read' : null
    return chunk({ tool_calls: [{ index, id, function: { name, arguments: json } }] })
  })
}

/** Neighbours of one kind are one block. */
function joined(parts: readonly Said[]): Said[] {
  const all: Said[] = []
  for (const part of parts) {
    const last = all.at(-1)
    if (last && 'text' in last && 'text' in part) last.text += part.text
    else if (last && 'thinking' in last && 'thinking' in part) last.thinking += part.thinking
    else all.push({ ...part })
  }
  return all
}

test('what a model says arrives whole and in its order, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(said, { minLength: 1, maxLength: 7 }),
      fc.array(fc.nat(50), { maxLength: 6 }),
      fc.constantFrom(...STYLES),
      fc.boolean(),
      (parts, cuts, style, thinkTags) => {
        const chunks = parts.flatMap((part, nth) => chunksOf(part, nth, cuts, style))
        const events = translate([...chunks, chunk({}, 'stop')], { thinkTags })
        checkOrder(events)
        const got = messageOf(events).content.map((block): Said => {
          if (block.type === 'text') return { text: block.text }
          return block.type === 'thinking' ? { thinking: block.thinking } : { input: block.input }
        })
        const wanted = joined(parts)
        if (!Bun.deepEquals(got, wanted)) {
          throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`)
        }
      },
    ),
    { numRuns: 3000 },
  )
})
