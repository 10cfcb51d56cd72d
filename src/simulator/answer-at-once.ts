import type { Answer } from './answer.ts'
import { type AnswerStep, cut, type Exchange, open, reply, wait, write } from './exchange.ts'
import { Refusal } from './refusal.ts'
import type { Reply } from './wire.ts'

/** Gives an answer that was not asked for as a stream, as far as its step lets it come. */
export async function answerAtOnce(
  step: AnswerStep,
  answer: Answer,
  exchange: Exchange,
): Promise<void> {
  const { call, wire, requestId } = exchange
  const whole = wire.message(answer, call)
  const half = whole.body.slice(0, whole.body.length / 2)
  switch (step.kind) {
    case 'error': {
      const { type, message = '' } = step
      const refusal = new Refusal(wire.statusOf(type), message, type ? { type } : {})
      return reply(wire.refusal(refusal, requestId), exchange)
    }
    case 'garble':
      return reply({ ...whole, body: half }, exchange)
    case 'cut':
      await begin(whole, half, exchange)
      return cut(exchange)
    case 'stall':
      await begin(whole, half, exchange)
      return
    case 'endless':
      return goOn(whole, half, exchange)
    case 'text':
      if (step.gate) await wait(step.gate, exchange)
      if (step.contentAfter !== undefined) return answerLate(whole, step.contentAfter, exchange)
      return reply(whole, exchange)
    default:
      return reply(whole, exchange)
  }
}

async function begin(whole: Reply, part: string, exchange: Exchange): Promise<void> {
  open(200, { ...whole.headers, 'content-length': lengthOf(whole.body) }, exchange)
  await write(part, exchange)
}

async function answerLate(whole: Reply, late: Promise<void> | number, exchange: Exchange) {
  open(200, { ...whole.headers, 'content-length': lengthOf(whole.body) }, exchange)
  exchange.response.flushHeaders()
  await wait(late, exchange)
  exchange.response.end(whole.body)
}

const ENDLESS_PACE_MS = 5

async function goOn(whole: Reply, half: string, exchange: Exchange): Promise<void> {
  open(200, whole.headers, exchange)
  await write(half, exchange)
  while (exchange.call.isOpen) {
    await wait(ENDLESS_PACE_MS, exchange)
    await write('and so on, ', exchange)
  }
}

function lengthOf(body: string): string {
  return String(Buffer.byteLength(body))
}
