import type { ServerResponse } from 'node:http'
import { type Answer, composeAnswer } from './answer.ts'
import { Refusal } from './refusal.ts'
import type { SimulatedCall, Step } from './steps.ts'
import type { Reply, Wire } from './wire.ts'

/** A call, the wire it came on, and where the answer goes. */
export interface Exchange {
  call: SimulatedCall
  wire: Wire
  response: ServerResponse
  requestId: string
  /** Headers of whatever is answered. */
  headers: Record<string, string>
  /** True once it was us who ended the connection. */
  brokenOff: boolean
}

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
      if (wire.isStream(call)) return stream(step, composeAnswer(step, call), exchange)
      return answerAtOnce(step, composeAnswer(step, call), exchange)
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

type AnswerStep = Extract<Step, { kind: 'text' | 'tool' | 'cut' | 'stall' | 'error' }>

async function stream(step: AnswerStep, answer: Answer, exchange: Exchange): Promise<void> {
  const { call, wire, response } = exchange
  const after = 'after' in step ? step.after : Number.POSITIVE_INFINITY
  open(200, { 'content-type': wire.streamType, 'cache-control': 'no-cache' }, exchange)
  let deltas = 0
  for (const { bytes, part } of wire.frames(answer, call)) {
    if (part !== 'head' && deltas >= after) {
      if ('inside' in step) await write(bytes.slice(0, bytes.length / 2), exchange)
      return breakOff(step, exchange)
    }
    const written = write(bytes, exchange)
    if (written !== true && !(await written)) return
    if (part !== 'delta') continue
    deltas++
    if (step.kind === 'text' && (step.gate || step.paceMs)) await pause(step, deltas, call)
  }
  response.end()
}

async function breakOff(step: AnswerStep, exchange: Exchange): Promise<void> {
  const { wire, response } = exchange
  if (step.kind === 'cut') await cut(exchange)
  if (step.kind !== 'error') return
  if (step.gate) await Promise.race([step.gate, exchange.call.aborted])
  response.end(wire.failure(step.type, step.message))
}

async function pause(
  { gate, paceMs }: Extract<Step, { kind: 'text' }>,
  deltas: number,
  call: SimulatedCall,
): Promise<void> {
  if (gate && deltas === 1) await Promise.race([gate, call.aborted])
  if (paceMs) await Promise.race([Bun.sleep(paceMs), call.aborted])
}

async function answerAtOnce(step: AnswerStep, answer: Answer, exchange: Exchange): Promise<void> {
  const { call, wire, requestId } = exchange
  if (step.kind === 'error') {
    const { type, message = '' } = step
    const refusal = new Refusal(wire.statusOf(type), message, type ? { type } : {})
    return reply(wire.refusal(refusal, requestId), exchange)
  }
  if (step.kind === 'text' && step.gate) await Promise.race([step.gate, call.aborted])
  const whole = wire.message(answer, call)
  if (step.kind !== 'cut' && step.kind !== 'stall') return reply(whole, exchange)
  open(200, { ...whole.headers, 'content-length': String(Buffer.byteLength(whole.body)) }, exchange)
  await write(whole.body.slice(0, whole.body.length / 2), exchange)
  if (step.kind === 'cut') await cut(exchange)
}

/** Bun's fetch drops the bytes it still holds when the connection ends right behind them. */
const CUT_DELAY_MS = 30

async function cut(exchange: Exchange): Promise<void> {
  await Bun.sleep(CUT_DELAY_MS)
  exchange.brokenOff = true
  exchange.response.destroy()
}

async function reply(
  { status, headers, body }: Omit<Reply, 'body'> & { body: string | Uint8Array },
  exchange: Exchange,
): Promise<void> {
  open(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, exchange)
  exchange.response.end(body)
}

function open(status: number, headers: Record<string, string>, exchange: Exchange): void {
  exchange.call.status = status
  exchange.response.writeHead(status, { ...exchange.headers, ...headers })
}

/** Writes, and waits where the reader is slow; false where nobody listens any more. */
function write(bytes: string | Uint8Array, { call, response }: Exchange): true | Promise<boolean> {
  if (response.write(bytes)) return true
  const drained = new Promise<boolean>((resolve) => {
    response.once('drain', () => resolve(true))
  })
  return Promise.race([drained, call.aborted.then(() => false)])
}
