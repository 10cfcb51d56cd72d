import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { sdkFor } from '../../support/client.ts'
import { startTestProxy } from '../../support/proxy.ts'
import { RECORDED, type Reply, recordedReply } from '../../support/recorded.ts'
import { type Player, startPlayer } from './player.ts'
import { ANSWERS, isStream, type Row, STREAMS } from './recordings.ts'
import { askFor, readingFrom, readingOf, yamlFor } from './stage.ts'

let player: Player
beforeAll(() => {
  player = startPlayer()
})
afterAll(() => player.stop())

/** The answer as the official SDK has it, and what the history keeps of it. */
async function answer(row: Row, reply: Reply) {
  player.play(reply)
  const proxy = await startTestProxy(await yamlFor(row, player.url))
  try {
    const client = sdkFor(proxy.url)
    const body = await askFor(row, readingOf(row, (await recordedReply(row.name)).body))
    const message = isStream(row)
      ? await client.messages.stream(body).finalMessage()
      : await client.messages.create(body)
    return { message, request: (await proxy.requests())[0] }
  } finally {
    await proxy.stop(0)
  }
}

describe.skipIf(!RECORDED)('a recorded answer, through the proxy and the official SDK', () => {
  for (const row of ANSWERS) {
    test(`says what the recording says: ${row.name}`, async () => {
      const reply = await recordedReply(row.name)
      const expected = readingOf(row, reply.body)
      expect(expected.stop).not.toBeNull()

      const { message, request } = await answer(row, reply)

      expect(readingFrom(message)).toEqual(expected)
      expect(request).toMatchObject({
        state: 'complete',
        input_tokens: expected.usage.input,
        output_tokens: expected.usage.output,
      })
      expect(request?.cache_read_input_tokens ?? 0).toBe(expected.usage.cacheRead)
      expect(request?.cache_creation_input_tokens ?? 0).toBe(expected.usage.cacheWrite)
    })
  }

  test('in one piece is the same JSON where the service speaks Anthropic', async () => {
    const untouched = ANSWERS.filter((row) => row.wire === 'anthropic' && !isStream(row))
    for (const row of untouched) {
      const reply = await recordedReply(row.name)
      const { message } = await answer(row, reply)
      expect(JSON.parse(JSON.stringify(message))).toEqual(
        JSON.parse(new TextDecoder().decode(reply.body)),
      )
    }
  })
})

/** The same events otherwise written, all of it legal (WHATWG, server-sent events). */
const SPELLINGS: [string, (events: string) => string][] = [
  ['with CRLF line ends', (text) => text.replaceAll('\n', '\r\n')],
  [
    'with comments and blank lines between',
    (text) => text.replaceAll('\n\n', '\n\n: still here\n\n\n'),
  ],
  ['with comments inside its events', (text) => text.replaceAll(/^data:/gm, ': next\ndata:')],
  ['with ids and retry times', (text) => text.replaceAll(/^data:/gm, 'id: 7\nretry: 1000\ndata:')],
  ['without the blank after the colon', (text) => text.replaceAll(/^(data|event): /gm, '$1:')],
]

describe.skipIf(!RECORDED)('a recorded stream of server-sent events', () => {
  for (const row of STREAMS.filter(({ wire }) => wire !== 'invoke' && wire !== 'converse')) {
    test(`means the same however it is spelled: ${row.name}`, async () => {
      const reply = await recordedReply(row.name)
      for (const [spelling, write] of SPELLINGS) {
        const body = new TextEncoder().encode(write(new TextDecoder().decode(reply.body)))
        const { message } = await answer(row, { ...reply, body })
        expect([spelling, readingFrom(message)]).toEqual([spelling, readingOf(row, reply.body)])
      }
    })
  }
})
