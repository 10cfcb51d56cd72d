import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { RULES } from '../../../src/routing/rules.ts'
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts'
import { type ClientEvent, eventsIn, post, textIn } from '../../support/client.ts'
import { startTestProxy, type TestProxy } from '../../support/proxy.ts'
import { RECORDED, type Reply, recordedReply } from '../../support/recorded.ts'
import { type Player, startPlayer } from './player.ts'
import type { Row } from './recordings.ts'
import { BROKEN_OFF, REFUSALS } from './refusals.ts'
import { SPARE, yamlFor } from './stage.ts'

let player: Player
let spare: Simulator
let proxy: TestProxy

beforeAll(() => {
  player = startPlayer()
  spare = startSimulator()
})
afterAll(async () => {
  await player.stop()
  await spare.stop()
})
afterEach(() => proxy?.stop(0))

async function start(row: Row, reply: Reply, { withSpare = false } = {}) {
  player.play(reply)
  proxy = await startTestProxy(await yamlFor(row, player.url, withSpare ? spare.url : undefined))
}

function ask(stream: boolean): Promise<Response> {
  const messages = [{ role: 'user', content: 'Hello' }]
  return post(proxy.url, { model: 'any', max_tokens: 100, messages, stream })
}

async function lastRequest() {
  return proxy.request((await proxy.requests())[0]?.id ?? '')
}

/** Its own words, where there are some. */
function wordsOf({ body }: Reply): string {
  const { error, message } = JSON.parse(new TextDecoder().decode(body))
  return error?.message ?? message
}

describe.skipIf(!RECORDED)('a recorded refusal', () => {
  for (const row of REFUSALS) {
    const { name, outcome, status, type, says } = row
    const isInStream = /\.(sse|bin)$/.test(name)
    const { isFinal, widens } = RULES[outcome]

    test(`is ${outcome}, and the client reads why: ${name}`, async () => {
      const reply = await recordedReply(name)
      for (const stream of isInStream ? [true] : [true, false]) {
        await start(row, reply)
        const response = await ask(stream)
        const message = expect.stringContaining(says ?? wordsOf(reply))
        expect(response.status).toBe(status)
        expect(await response.json()).toMatchObject({ type: 'error', error: { type, message } })
        const { state, attempts } = await lastRequest()
        expect([state, attempts.at(-1)?.outcome]).toEqual(['failed', outcome])
        await proxy.stop(0)
      }
    })

    const goesOn = !isFinal && !widens
    const what = goesOn
      ? 'is never seen where somebody else can answer'
      : 'is heard at once, and nobody else is asked'
    test(`${what}: ${name}`, async () => {
      await start(row, await recordedReply(name), { withSpare: true })
      if (goesOn) spare.script(SPARE, { kind: 'text', text: 'From the spare.' })
      const response = await ask(true)
      const heard = await response.text()
      expect(response.status).toBe(goesOn ? 200 : status)
      if (goesOn) expect(textIn(eventsIn(heard))).toBe('From the spare.')
      const { attempts } = await lastRequest()
      expect(attempts[0]?.outcome).toBe(outcome)
      expect(attempts.map(({ provider }) => provider).includes('spare')).toBe(goesOn)
    })
  }
})

describe.skipIf(!RECORDED)('a recorded stream that breaks off', () => {
  for (const row of BROKEN_OFF) {
    const { name, outcome, type, says } = row

    test(`ends with an error, never as an answer: ${name}`, async () => {
      await start(row, await recordedReply(name), { withSpare: true })
      const response = await ask(true)
      const events: ClientEvent[] = eventsIn(await response.text())
      expect(response.status).toBe(200)
      expect(events.map(({ event }) => event)).toContain('content_block_start')
      expect(events.map(({ event }) => event)).not.toContain('message_stop')
      const message = expect.stringContaining(says ?? '')
      expect(events.at(-1)).toMatchObject({ event: 'error', data: { error: { type, message } } })
      expect(await lastRequest()).toMatchObject({ state: 'partial', attempts: [{ outcome }] })
    })
  }
})
