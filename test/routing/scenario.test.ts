import { expect, test } from 'bun:test'
import { ProxyError } from '../../src/errors.ts'
import { createConversations } from '../../src/messages/conversations.ts'
import { openExchange } from '../../src/messages/exchange.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { answerFrom } from '../../src/routing/fallback.ts'
import { createHealth } from '../../src/routing/health.ts'
import { createInFlight } from '../../src/routing/in-flight.ts'
import { createLearned } from '../../src/routing/learned.ts'
import { createOrdering } from '../../src/routing/strategy.ts'
import { createWaitingRoom } from '../../src/routing/waiting.ts'
import { createQuotas } from '../../src/simulator/quota.ts'
import { aClock, aTarget, noMemory, noSignatures } from './target.ts'

const LIMITS = { scarce: 2, middling: 10, ample: 60 }
const PER_MINUTE = 72
const TICK_MS = 50

/**
 * A chain whose targets take 2, 10 and 60 requests a minute and tell nobody, in a time that passes
 * only here: 200 requests, one every 50 ms, then whatever it takes until the last of them is over.
 */
function aScarceChain(maxWaitMs: number) {
  const clock = aClock()
  const quotas = createQuotas(LIMITS)
  const waitingRoom = createWaitingRoom(clock.now)
  const calls: { at: number; isRefused: boolean }[] = []
  const provider: Provider = {
    name: 'bedrock',
    unusable: null,
    async messages({ target }) {
      const isRefused = !quotas.take(target.model, clock.now())
      calls.push({ at: clock.now(), isRefused })
      if (!isRefused) return Response.json({ type: 'message', content: [], usage: {} })
      const retryAfterMs = quotas.retryAfter(target.model, clock.now()) * 1000
      throw new ProxyError('rate_limit_error', 'slow down', {
        outcome: 'rate_limited',
        retryAfterMs,
      })
    },
  }
  const health = createHealth({
    rateLimitMs: 10_000,
    now: clock.now,
    memory: noMemory,
    onChange: waitingRoom.admit,
  })
  const route = {
    model: 'default',
    strategy: 'order' as const,
    targets: Object.keys(LIMITS).map((model) => aTarget({ model })),
  }
  const deps = {
    providers: new Map([['bedrock', provider]]),
    health,
    affinity: null,
    ordering: createOrdering(health),
    steadyNow: clock.now,
    inFlight: createInFlight(),
    learned: createLearned(noMemory),
    signatures: noSignatures,
    serverTools: 'move' as const,
    waitingRoom,
    priceOf: () => null,
    replayOf: null,
    retryTimeoutMs: 1000,
    maxWaitMs,
  }
  const answered: number[] = []
  const refused: number[] = []
  let open = 0

  function ask() {
    const arrived = clock.now()
    const exchange = openExchange(aRequest(), {
      clientSignal: new AbortController().signal,
      shutdownSignal: new AbortController().signal,
      requestTimeoutMs: 600_000,
      now: clock.now,
      redact: (text) => text,
      priceOf: () => null,
      conversations: createConversations(),
      replayOf: null,
      record() {},
    })
    open++
    answerFrom(() => [exchange.request], route, exchange, deps)
      .then(
        ({ flight }) => {
          flight.succeeded()
          answered.push(clock.now() - arrived)
        },
        () => refused.push(clock.now() - arrived),
      )
      .finally(() => {
        open--
        exchange.end({ state: 'complete', status: 200, error: null })
      })
  }

  return {
    calls,
    answered,
    refused,
    async run() {
      for (let sent = 0; sent < 200 || open > 0; ) {
        if (sent++ < 200) ask()
        await new Promise(setImmediate)
        clock.pass(TICK_MS)
        waitingRoom.admit()
        await new Promise(setImmediate)
      }
    },
  }
}

function aRequest() {
  const body = {
    model: 'opus',
    max_tokens: 10,
    messages: [{ role: 'user' as const, content: 'x' }],
  }
  const text = JSON.stringify(body)
  return { body, text, bytes: Buffer.from(text), headers: new Headers(), search: '' }
}

test('no request fails that a perfect scheduler would have served in time', async () => {
  const chain = aScarceChain(30_000)
  await chain.run()
  // All come within ten seconds, so nothing that is used up comes back within thirty.
  expect(chain.answered).toHaveLength(PER_MINUTE)
  expect(chain.refused).toHaveLength(200 - PER_MINUTE)
  // One refusal of each target tells that it is full.
  expect(chain.calls.filter(({ isRefused }) => isRefused)).toHaveLength(3)
})

test('who may wait long enough is answered, and the targets hardly ever refuse', async () => {
  const chain = aScarceChain(125_000)
  await chain.run()
  expect(chain.answered).toHaveLength(200)
  // 72 at once, 72 in the second minute, the rest in the third.
  expect(Math.max(...chain.answered)).toBeLessThan(125_000)
  const refusals = chain.calls.filter(({ isRefused }) => isRefused)
  expect(refusals.length / chain.calls.length).toBeLessThan(0.05)
})
