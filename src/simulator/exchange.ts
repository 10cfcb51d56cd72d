import type { ServerResponse } from 'node:http'
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

/** The steps that begin an answer, whatever becomes of it. */
export type AnswerStep = Extract<
  Step,
  { kind: 'text' | 'tool' | 'cut' | 'stall' | 'error' | 'garble' | 'unfinished' | 'endless' }
>

/** Answers in one go. */
export async function reply(
  { status, headers, body }: Omit<Reply, 'body'> & { body: string | Uint8Array },
  exchange: Exchange,
): Promise<void> {
  open(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, exchange)
  exchange.response.end(body)
}

/** Sends status and headers, at once. */
export function open(status: number, headers: Record<string, string>, exchange: Exchange): void {
  exchange.call.status = status
  exchange.response.writeHead(status, { ...exchange.headers, ...headers })
}

/** Writes, and waits where the reader is slow; false where nobody listens any more. */
export function write(
  bytes: string | Uint8Array,
  { call, response }: Exchange,
): true | Promise<boolean> {
  if (response.write(bytes)) return true
  const drained = new Promise<boolean>((resolve) => {
    response.once('drain', () => resolve(true))
  })
  return Promise.race([drained, call.aborted.then(() => false)])
}

/** Waits for the event, or so many ms; no longer than somebody listens. */
export async function wait(until: Promise<void> | number, { call }: Exchange): Promise<void> {
  await Promise.race([typeof until === 'number' ? Bun.sleep(until) : until, call.aborted])
}

/** Bun's fetch drops the bytes it still holds when the connection ends right behind them. */
const CUT_DELAY_MS = 30

/** Ends the connection in the middle of the answer. */
export async function cut(exchange: Exchange): Promise<void> {
  await Bun.sleep(CUT_DELAY_MS)
  exchange.brokenOff = true
  exchange.response.destroy()
}
