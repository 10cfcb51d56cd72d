import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import type Anthropic from '@anthropic-ai/sdk'
import { eventsIn, post } from '../../support/client.ts'
import { startTestProxy, type TestProxy } from '../../support/proxy.ts'
import { RECORDED, type Reply, recordedReply } from '../../support/recorded.ts'
import { eventEnds } from './framing.ts'
import { readAnthropic } from './read-anthropic.ts'
import { type Row, STREAMS } from './recordings.ts'
import { askFor, readingOf, yamlFor } from './stage.ts'

/**
 * A network joins and splits what is sent as it likes, so what has to come in certain pieces is
 * handed to the proxy's own fetch. Nothing listens here.
 */
const UPSTREAM = 'http://127.0.0.1:9'

let delivered: { reply: Reply; pieces: Uint8Array[] }
let proxy: TestProxy
let ask: Anthropic.MessageCreateParamsNonStreaming
let reply: Reply

const network = globalThis.fetch
let spy: ReturnType<typeof spyOn<typeof globalThis, 'fetch'>>
beforeAll(() => {
  const fetch = async (...[input, init]: Parameters<typeof network>) => {
    if (!String(input).startsWith(UPSTREAM)) return network(input, init)
    const { status, headers } = delivered.reply
    return new Response(inPieces(delivered.pieces), { status, headers })
  }
  spy = spyOn(globalThis, 'fetch').mockImplementation(Object.assign(fetch, network))
})
afterAll(() => spy.mockRestore())

async function start(row: Row) {
  reply = withUmlauts(await recordedReply(row.name))
  ask = await askFor(row, readingOf(row, reply.body))
  proxy = await startTestProxy(await yamlFor(row, UPSTREAM))
}
afterEach(() => proxy?.stop(0))

/** Between words of a text, since a cut can also go through a character. */
function withUmlauts(recording: Reply): Reply {
  if (!recording.headers['content-type']?.startsWith('text/')) return recording
  const text = new TextDecoder().decode(recording.body)
  const spelled = text.replaceAll(/(?<=["a-z]) (?=[a-z])/g, ' über ')
  return { ...recording, body: new TextEncoder().encode(spelled) }
}

function inPieces(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  const left = pieces.values()
  return new ReadableStream(
    {
      pull(controller) {
        const { value, done } = left.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

/** What the client gets when the recorded service answers in these pieces. */
async function said(pieces: Uint8Array[]): Promise<string> {
  delivered = { reply, pieces }
  const heard = await (await post(proxy.url, { ...ask, stream: true })).text()
  // Where a service gives none, an id is ours, and another one each time.
  return heard.replaceAll(/"(msg|toolu)_[0-9a-f]{32}"/g, '"$1_ours"')
}

function cutAt(body: Uint8Array, places: number[]): Uint8Array[] {
  return [0, ...places]
    .map((place, i) => body.subarray(place, places[i]))
    .filter((piece) => piece.length > 0)
}

const PIECE_BYTES = 128

describe.skipIf(!RECORDED)('a recorded stream', () => {
  for (const row of STREAMS) {
    const { name, wire } = row

    test(`is the same event by event and byte by byte: ${name}`, async () => {
      await start(row)
      const { body } = reply
      const whole = await said([body])
      expect(eventsIn(whole).at(-1)?.event).toBe('message_stop')
      expect(await said(cutAt(body, eventEnds(body, wire)))).toBe(whole)
      expect(await said(Array.from(body, (byte) => Uint8Array.of(byte)))).toBe(whole)
    })

    // Each boundary is a cut in exactly one of these deliveries.
    test(`is the same cut at every byte boundary: ${name}`, async () => {
      await start(row)
      const { body } = reply
      const whole = await said([body])
      for (let first = 1; first <= Math.min(PIECE_BYTES, body.length - 1); first++) {
        const count = Math.ceil((body.length - first) / PIECE_BYTES)
        const cuts = Array.from({ length: count }, (_, i) => first + i * PIECE_BYTES)
        expect(await said(cutAt(body, cuts))).toBe(whole)
      }
    })

    test(`is never taken for whole where it was cut off: ${name}`, async () => {
      await start(row)
      const { body } = reply
      const { content, stop } = contentOf(await said([body]))
      const ends = [0, ...eventEnds(body, wire)]
      for (const [i, end] of ends.entries()) {
        const next = ends[i + 1] ?? body.length
        for (const at of new Set([end, Math.floor((end + next) / 2), next - 1])) {
          const heard = await said([body.subarray(0, at)])
          // Once the service has said why it stopped, nothing but formalities can be missing.
          const isWhole = isFinished(row, body.subarray(0, at))
          if (at === end || !isWhole) expect([at, isComplete(heard)]).toEqual([at, isWhole])
          if (isComplete(heard)) expect(contentOf(heard)).toEqual({ content, stop })
          else expect(errorIn(heard)).toMatchObject({ type: 'error', error: {} })
        }
      }
    })
  }
})

/** A call that is cut inside its arguments has no reading at all. */
function isFinished(row: Row, body: Uint8Array): boolean {
  try {
    return readingOf(row, body).stop !== null
  } catch {
    return false
  }
}

function isComplete(heard: string): boolean {
  return heard.startsWith('event: ') && eventsIn(heard).at(-1)?.event === 'message_stop'
}

function contentOf(heard: string) {
  const { content, stop } = readAnthropic(new TextEncoder().encode(heard), true)
  return { content, stop }
}

/** The body of a refusal, or the event that ends a stream. */
function errorIn(heard: string): unknown {
  return heard.startsWith('{') ? JSON.parse(heard) : eventsIn(heard).at(-1)?.data
}
