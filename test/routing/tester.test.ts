import { expect, test } from 'bun:test'
import { shuttingDown } from '../../src/errors.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { createHealth } from '../../src/routing/health.ts'
import { createInFlight } from '../../src/routing/in-flight.ts'
import { createTester } from '../../src/routing/tester.ts'
import { aClock, aTarget, noMemory, noSignatures } from './target.ts'

const opus = aTarget()
const { now } = aClock()
const EVENTS = [
  { type: 'message_start', message: { usage: { input_tokens: 3 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
]
const SSE = EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)

/** A tester of one provider that answers once it is let. */
function aTester() {
  const gate = Promise.withResolvers<void>()
  const inFlight = createInFlight()
  let calls = 0
  const provider: Provider = {
    name: 'bedrock',
    unusable: null,
    async messages() {
      calls++
      await gate.promise
      return new Response(SSE.join(''), { headers: { 'content-type': 'text/event-stream' } })
    },
  }
  const health = createHealth({ rateLimitMs: 1000, now, memory: noMemory, onChange() {} })
  const shutdown = new AbortController()
  const tester = createTester({
    providers: new Map([['bedrock', provider]]),
    health,
    learned: { about: () => [] },
    signatures: noSignatures,
    inFlight,
    now,
    redact: (text) => text,
    shutdownSignal: shutdown.signal,
  })
  return { tester, inFlight, gate, shutdown, health, calls: () => calls }
}

test('two people who press at once share one test, and the next one is another', async () => {
  const { tester, gate, calls } = aTester()
  const first = tester.test(opus)
  const second = tester.test(opus)
  expect(tester.stateOf(opus)).toEqual({ obstacle: null, running_since: now(), last: null })
  gate.resolve()
  const result = await first
  expect(await second).toBe(result)
  expect(result).toMatchObject({ outcome: 'ok', text: 'Hello' })
  expect(calls()).toBe(1)
  expect(tester.stateOf(opus)).toEqual({ obstacle: null, running_since: null, last: result })
  await tester.test(opus)
  expect(calls()).toBe(2)
})

test('a test is waited for when the proxy stops, and cut when that takes too long', async () => {
  const { tester, inFlight, shutdown, health } = aTester()
  const testing = tester.test(opus)
  const idle = inFlight.idle().then(() => 'idle')
  expect(await Promise.race([idle, Promise.resolve('busy')])).toBe('busy')
  shutdown.abort(shuttingDown())
  expect(await testing).toMatchObject({ outcome: 'aborted', error: 'The proxy is shutting down' })
  expect(await idle).toBe('idle')
  expect(health.load(opus).inFlight).toBe(0)
})

test('what has no provider or lacks a key cannot be tested', async () => {
  const { tester, calls } = aTester()
  const foreign = aTarget({ provider: 'gone' })
  expect(tester.stateOf(foreign).obstacle).toBe('there is no provider gone')
  expect(tester.test(foreign)).rejects.toThrow('cannot be tested: there is no provider gone')
  expect(calls()).toBe(0)
})
