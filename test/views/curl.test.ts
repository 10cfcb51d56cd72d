import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type CurlCall, curlCommand } from '../../views/curl.ts'

/** Prints its arguments and what it is given, each ended by NUL, which stands in none of them. */
const FAKE_CURL = `#!/bin/sh
printf '%s\\0' "$@"
for last; do :; done
if [ "$last" = @- ]; then cat; fi
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curl-'))
  const path = join(folder, 'curl')
  await Bun.write(path, FAKE_CURL)
  await chmod(path, 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

/** What curl is called with when a shell runs the command. */
function run(call: CurlCall): string[] {
  const { stdout, stderr, exitCode } = Bun.spawnSync(['sh'], {
    env: { PATH: `${folder}:${process.env.PATH}`, ANTHROPIC_API_KEY: 'key of $(the user)' },
    stdin: Buffer.from(curlCommand(call)),
  })
  expect({ exitCode, said: stderr.toString() }).toEqual({ exitCode: 0, said: '' })
  return stdout.toString().split('\0')
}

const A_CALL: CurlCall = {
  url: 'http://127.0.0.1:3001/v1/messages',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  isStream: false,
}

const DANGEROUS = ["'", '"', '\\', '`', '$(touch x)', '$HOME', '!', '\n', '\r', '%s', '@', ' -o x']
const text = fc
  .array(fc.oneof(fc.constantFrom(...DANGEROUS), fc.string({ unit: 'binary' })))
  .map((pieces) => pieces.join('').toWellFormed().replaceAll('\0', ''))

test('whatever stands in a request, curl gets it as it is', () => {
  fc.assert(
    fc.property(text, text, text, (url, header, body) => {
      const called = run({ ...A_CALL, url, headers: { 'x-app': header }, body })
      expect(called).toEqual([
        url,
        ...['-H', `x-app: ${header}`],
        ...['-H', 'x-api-key: key of $(the user)'],
        ...['--data-binary', body, ''],
      ])
    }),
    { numRuns: 60 },
  )
})

test('a body too long for an argument is piped into it', () => {
  const body = `it's ${'$(long) '.repeat(50_000)}`
  const called = run({ ...A_CALL, body })
  expect(called.at(-2)).toBe('@-')
  expect(called.at(-1)).toBe(body)
})

test('a stream is shown as it comes', () => {
  expect(run({ ...A_CALL, isStream: true })[0]).toBe('--no-buffer')
})
