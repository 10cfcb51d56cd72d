import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { isRecord } from '../../src/json.ts'
import { anthropicWire } from '../../src/simulator/anthropic-wire.ts'
import { bedrockWire } from '../../src/simulator/bedrock-wire.ts'
import { converseWire } from '../../src/simulator/converse-wire.ts'
import type { Json } from '../../src/simulator/json.ts'
import { openaiWire } from '../../src/simulator/openai-wire.ts'
import { responsesWire } from '../../src/simulator/responses-wire.ts'
import type { Incoming, Wire } from '../../src/simulator/wire.ts'

const folder = process.env.RECORDED_FIXTURES

const folders = ['claude-code', 'bedrock', 'openai', 'cerebras', 'openrouter']

test.skipIf(!folder).each(folders)('every request that worked in %s is accepted', (name) => {
  const requests = requestsIn(`${folder}/${name}`)

  expect(requests.length).toBeGreaterThan(2)
  expect(requests.map(refusalOf).filter((refusal) => refusal !== null)).toEqual([])
})

function refusalOf([file, incoming]: [string, Incoming]): string | null {
  try {
    wireFor(incoming)?.check(incoming, false)
    return null
  } catch (error) {
    return `${file}: ${error}`
  }
}

function wireFor({ path }: Incoming): Wire | undefined {
  return [anthropicWire, bedrockWire, converseWire, openaiWire, responsesWire].find((wire) =>
    wire.serves(path.split('?')[0] ?? ''),
  )
}

function requestsIn(path: string): [string, Incoming][] {
  return readdirSync(path)
    .filter((file) => file.endsWith('.json'))
    .map((file): [string, Json] => [file, JSON.parse(readFileSync(`${path}/${file}`, 'utf8'))])
    .filter(([, recording]) => hasWorked(recording))
    .map(([file, recording]): [string, Incoming] => [file, incomingOf(recording)])
    .filter(([, incoming]) => wireFor(incoming) !== undefined)
}

/** Where no response was recorded, it was Claude Code itself that was. */
function hasWorked({ response }: Json): boolean {
  return !isRecord(response) || response.status === 200
}

/** Some recordings hold the request by itself, some with the gateway's own prefix in the path. */
function incomingOf(recording: Json): Incoming {
  const request = isRecord(recording.request) ? recording.request : recording
  const { pathname, search } = new URL(String(request.url ?? request.path), 'http://localhost')
  const headers = new Headers({ 'content-type': 'application/json' })
  for (const [name, value] of Object.entries(isRecord(request.headers) ? request.headers : {})) {
    headers.set(name, String(value))
  }
  const text = signed(JSON.stringify(request.body ?? null))
  return {
    method: String(request.method),
    path: pathname.replace('/bedrock/', '/') + search,
    headers,
    text,
    body: JSON.parse(text),
  }
}

/** What answered Claude Code while it was recorded signed with this word, which no Claude would. */
function signed(text: string): string {
  const [word, claudes] = ['signature', '\x12signature'].map((one) => btoa(one))
  return text.replaceAll(`"signature":"${word}"`, `"signature":"${claudes}"`)
}
