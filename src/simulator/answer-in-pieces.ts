import type { Answer } from './answer.ts'
import { type AnswerStep, cut, type Exchange, open, wait, write } from './exchange.ts'

/** Streams an answer as far as its step lets it come. */
export async function answerInPieces(
  step: AnswerStep,
  answer: Answer,
  exchange: Exchange,
): Promise<void> {
  const { call, wire, response } = exchange
  const after = breaksAfter(step)
  let late = step.kind === 'text' ? step.contentAfter : undefined
  open(200, { 'content-type': wire.streamType, 'cache-control': 'no-cache' }, exchange)
  let deltas = 0
  for (const { bytes, part } of wire.frames(answer, call)) {
    if (part === 'end' && step.kind === 'unfinished') return
    if (part !== 'head' && deltas >= after) {
      if ('inside' in step) await write(bytes.slice(0, bytes.length / 2), exchange)
      return breakOff(step, exchange)
    }
    if (part !== 'head' && late !== undefined) {
      await wait(late, exchange)
      late = undefined
    }
    const written = write(bytes, exchange)
    if (written !== true && !(await written)) return
    if (part !== 'delta') continue
    deltas++
    if (hasMore(step)) await afterDelta(step, deltas, bytes, exchange)
  }
  response.end()
}

function breaksAfter(step: AnswerStep): number {
  const breaks = step.kind === 'cut' || step.kind === 'stall' || step.kind === 'error'
  return breaks ? step.after : Number.POSITIVE_INFINITY
}

async function breakOff(step: AnswerStep, exchange: Exchange): Promise<void> {
  const { wire, response, call } = exchange
  if (step.kind === 'cut') return cut(exchange)
  const until = step.kind === 'error' ? (step.gate ?? Promise.resolve()) : call.aborted
  if ('pings' in step) await pingUntil(until, exchange)
  await wait(until, exchange)
  if (step.kind === 'error') response.end(wire.failure(step.type, step.message))
}

const PING_MS = 20

async function pingUntil(until: Promise<void>, exchange: Exchange): Promise<void> {
  let isOver = false
  const over = Promise.race([until, exchange.call.aborted]).then(() => {
    isOver = true
  })
  while (!isOver) {
    await write(exchange.wire.ping, exchange)
    await Promise.race([Bun.sleep(PING_MS), over])
  }
}

/** Nearly every delta of every answer has nothing to wait for, and shall not wait. */
function hasMore(step: AnswerStep): boolean {
  if (step.kind === 'text') return step.gate !== undefined || step.paceMs !== undefined
  return step.kind === 'garble' || step.kind === 'endless'
}

const ENDLESS_PACE_MS = 5

async function afterDelta(
  step: AnswerStep,
  deltas: number,
  bytes: string | Uint8Array,
  exchange: Exchange,
): Promise<void> {
  const { wire, call } = exchange
  if (step.kind === 'text') {
    if (step.gate && deltas === 1) await wait(step.gate, exchange)
    if (step.paceMs) await wait(step.paceMs, exchange)
  }
  if (step.kind === 'garble' && deltas === step.after) await write(wire.garbled, exchange)
  if (step.kind === 'endless') {
    while (call.isOpen) {
      await wait(ENDLESS_PACE_MS, exchange)
      await write(bytes, exchange)
    }
  }
}
