import { composeAnswer } from './answer.ts'
import { answerAtOnce } from './answer-at-once.ts'
import { answerInPieces } from './answer-in-pieces.ts'
import { type Exchange, reply } from './exchange.ts'
import { Refusal } from './refusal.ts'
import type { Step } from './steps.ts'
import type { Reply } from './wire.ts'

/** Plays a step. Resolves when everything it has to say was said, or nobody listens any more. */
export async function play(step: Step, exchange: Exchange): Promise<void> {
  const { call, wire } = exchange
  switch (step.kind) {
    case 'silence':
      return
    case 'reset':
      exchange.brokenOff = true
      exchange.response.socket?.resetAndDestroy()
      return
    case 'refuse':
      return reply(refusalOf(step, exchange), exchange)
    case 'redirect':
      return reply({ status: 307, headers: { location: step.location }, body: '' }, exchange)
    case 'body':
      return reply(
        { ...step, status: step.status ?? 200, headers: { 'content-type': step.contentType } },
        exchange,
      )
    default: {
      const count = wire.count(call)
      if (count) return reply(count, exchange)
      const answer = composeAnswer(step, call)
      return wire.isStream(call)
        ? answerInPieces(step, answer, exchange)
        : answerAtOnce(step, answer, exchange)
    }
  }
}

/** Answers with what a check refused. */
export function refuse(refusal: Refusal, exchange: Exchange): Promise<void> {
  return reply(exchange.wire.refusal(refusal, exchange.requestId), exchange)
}

function refusalOf(step: Extract<Step, { kind: 'refuse' }>, { wire, requestId }: Exchange): Reply {
  const { status, message = '', type, headers } = step
  const refusal = new Refusal(status, message, {
    ...(type && { type }),
    ...(headers && { headers }),
  })
  return wire.refusal(refusal, requestId)
}
