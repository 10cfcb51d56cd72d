import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { redacted } from '../../src/payloads/redaction.ts'
import { createRedactor } from '../../src/redact.ts'
import { eventsIn } from '../support/client.ts'

/** What a header can carry but for quotes and backslashes, which have a test of their own. */
const KEY = fc.string({
  unit: fc
    .integer({ min: 0x21, max: 0x7e })
    .map((code) => String.fromCharCode(code))
    .filter((character) => character !== '"' && character !== '\\'),
  minLength: 12,
  maxLength: 60,
})
const FORM = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 20, maxLength: 90 })
  .map((rest) => `sk-ant-${rest}`)
/** Where a secret can stand without other characters of a key next to it. */
const AROUND = fc.constantFrom('', ' ', '\n', '"', '\t', '=', '中', '\\ ', 'export KEY=\n')

interface Planted {
  secret: string
  text: string
}
const PLANTED: fc.Arbitrary<Planted> = fc
  .tuple(fc.oneof(KEY, FORM), AROUND, AROUND)
  .map(([secret, before, behind]) => ({ secret, text: before + secret + behind }))

const spellings: ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('/', '\\/'),
  (json) =>
    json.replace(
      /(?<!\\)[a-z](?=[^\\"]*")/g,
      (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`,
    ),
]

/** All texts in a JSON value, names of members included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return [...Object.keys(value), ...Object.values(value).flatMap(textsIn)]
}

function expectClean(json: string, secret: string) {
  expect(json).not.toContain(secret)
  for (const text of textsIn(JSON.parse(json))) expect(text).not.toContain(secret)
}

describe('no secret is left', () => {
  test('in JSON, wherever it stands and however it is spelled, and it stays JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        PLANTED,
        fc.constantFrom(...spellings),
        (value, { secret, text }, spell) => {
          const body = { before: value, [text]: 1, messages: [{ content: [text, value] }] }
          const redact = createRedactor([secret])
          expectClean(redacted(spell(JSON.stringify(body)), redact), secret)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('in a stream, however its deltas cut it to pieces', () => {
    const kinds = fc.constantFrom(
      ['text_delta', 'text'],
      ['thinking_delta', 'thinking'],
      ['input_json_delta', 'partial_json'],
    )
    fc.assert(
      fc.property(
        PLANTED,
        kinds,
        fc.array(fc.nat(120), { maxLength: 8 }),
        fc.boolean(),
        ({ secret, text }, [type, member], places, isInterleaved) => {
          const said = `So: ${text}.`
          const ends = [...places.map((place) => Math.min(place, said.length)), said.length]
          let from = 0
          const pieces = ends
            .sort((a, b) => a - b)
            .map((end) => {
              const piece = said.slice(from, end)
              from = end
              return piece
            })
          const delta = (index: number, piece: string) =>
            `event: content_block_delta\ndata: ${JSON.stringify({
              type: 'content_block_delta',
              index,
              delta: { type, [member]: piece },
            })}\n\n`
          const between = isInterleaved ? delta(7, 'meanwhile') : ''
          const stream = pieces.map((piece) => delta(0, piece)).join(between)
          const clean = redacted(stream, createRedactor([secret]))
          const heard = eventsIn(clean)
            .filter(({ data }) => data.index === 0)
            .map(({ data }) => (data.delta as Record<string, string>)[member])
          expect(clean).not.toContain(secret)
          expect(heard).toHaveLength(pieces.length)
          expect(heard.join('')).not.toContain(secret)
          expect(heard.join('')).toStartWith('So: ')
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('a key with quotes and backslashes is found in JSON', () => {
  const key = 'a"quoted\\key'
  const json = JSON.stringify({ content: `KEY=${key}`, [key]: [key] })
  expect(redacted(json, createRedactor([key]))).toBe('{"content":"KEY=***","***":["***"]}')
})

test('what has no secret stays as it is, to the byte', () => {
  const stream = [
    'event: content_block_delta',
    'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"1.0"} }  ',
    '',
    ': a comment\r',
    'data: {"content_block_delta": 1.0}',
    String.raw`data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"a\\/b"}}`,
  ].join('\n')
  for (const text of [stream, '{ "a": 1.0, "b": "\\u001b[0m \\ud800" }', '', '{"cut": "in']) {
    expect(redacted(text, createRedactor(['a secret of ours']))).toBe(text)
  }
})

test('escapes that mean something stay', () => {
  const json = String.raw`{"a":"\u0022 \u005c \\u0041 \u0041 \/ \\/ \n"}`
  const plain = redacted(json, (text) => text)
  expect(plain).toBe(String.raw`{"a":"\u0022 \u005c \\u0041 A / \\/ \n"}`)
  expect(JSON.parse(plain)).toEqual(JSON.parse(json))
})
