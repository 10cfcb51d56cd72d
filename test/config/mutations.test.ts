import { expect, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import { ConfigError } from '../../src/config/problem.ts'
import { load } from './source.ts'

const OWN_FILE = join(import.meta.dir, '../../config.yaml')

/** What turns up in files that were edited in a hurry, or by an enemy. */
const fragment = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '!!binary ',
    '!!set ',
    '<<: ',
    '? ',
    '__proto__: ',
    'constructor: ',
    'toString',
    '${',
    `\${X}`,
    `\${X:-}`,
    '"',
    "'",
    '|',
    '\t',
    '\0',
    'null',
    '.nan',
    '-1',
    '1e999',
    '0x10',
    '---',
    '%YAML 1.1\n---\n',
    'http://[::1',
    '\ud800',
  ),
)

const mutation = fc.record({ at: fc.nat(), remove: fc.nat({ max: 40 }), insert: fragment })

test('a mangled file is a configuration, or a list of places to correct', async () => {
  const original = await Bun.file(OWN_FILE).text()
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
      let text = original.replaceAll(/^ *#.*\n/gm, '')
      for (const { at, remove, insert } of mutations) {
        const start = at % (text.length + 1)
        text = text.slice(0, start) + insert + text.slice(start + remove)
      }
      try {
        expect((await load(text)).server.port).toBeNumber()
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        expect(error.problems.length).toBeGreaterThan(0)
        for (const { line, column, message, remedy } of error.problems) {
          expect([line, column]).toEqual([expect.any(Number), expect.any(Number)])
          expect(message).not.toBe('')
          expect(remedy).not.toBe('')
        }
      }
    }),
    { numRuns: 300 },
  )
})
