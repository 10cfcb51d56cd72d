import { isRecord } from '../json.ts'
import { objectsIn } from '../simulator/json.ts'
import type { SimulatedCall, Step } from '../simulator/simulator.ts'
import { SPEECH, TWO_THIRDS } from './answer.ts'
import type { Setting } from './chains.ts'

/** A call to a target, and where in the scene it stands. */
interface Moment {
  call: SimulatedCall
  setting: Setting
  /** How often this target has been asked, this time included. */
  nth: number
  /** Which one it was to be asked for the first time: 0 for the first. */
  place: number
  /** Since the scene began, on the proxy's clock. */
  elapsedMs: number
  /** Where the target is. */
  url: string
  /** Resolves when some of the answer has reached the caller. */
  heard: Promise<void>
  /** Sets the proxy's clock forward. */
  forward(ms: number): void
}

/** What a target does about a call; null: it answers. */
export type Symptom = (moment: Moment) => Step | null

/** Like this, the first time it is asked. */
export function once(step: Step): Symptom {
  return ({ nth }) => (nth === 1 ? step : null)
}

export function always(step: Step): Symptom {
  return () => step
}

/** A step that breaks the speech off, two thirds through. */
export function broken(kind: 'cut' | 'stall' | 'garble'): Step {
  return { kind, after: TWO_THIRDS, text: SPEECH }
}

export function refused(status: number): Step {
  return { kind: 'refuse', status }
}

export function rateLimited(retryAfterS: number): Step {
  return { kind: 'refuse', status: 429, headers: { 'retry-after': String(retryAfterS) } }
}

const SLOW_MS = 20_000
/** The same in the scale of a drill, where that is well within the limit. */
const SLOW_IN_A_DRILL_MS = 100

/** Twenty seconds: either well within the limit or beyond it. */
export const slow: Symptom = ({ setting }) =>
  isPatient(setting)
    ? { kind: 'text', text: SPEECH, contentAfter: SLOW_IN_A_DRILL_MS }
    : { kind: 'stall', after: 0 }

export function isPatient({ limitMs }: Setting): boolean {
  return limitMs > SLOW_MS
}

/** What the wire says of an overload: Anthropic an event, Bedrock an exception frame. */
export function failing(after: number): Symptom {
  return ({ call, setting, heard }) => {
    const type = FAILURES[call.wire]
    const message = 'Something went wrong on our side.'
    // What is not streamed can still fail inside a 200.
    if (!setting.stream) return { kind: 'refuse', status: 200, type, message }
    // Without content the caller hears nothing.
    return { kind: 'error', after, type, message, text: SPEECH, ...(after > 0 && { gate: heard }) }
  }
}

const FAILURES = {
  anthropic: 'overloaded_error',
  bedrock: 'modelStreamErrorException',
  openai: 'server_error',
}

/** Each wire has its own words for it. */
export const tooLong: Symptom = ({ call, setting }) => {
  const limit = setting.windowTokens
  const tokens = limit + 1234
  if (call.wire !== 'openai') {
    const message = `prompt is too long: ${tokens} tokens > ${limit} maximum`
    return { kind: 'refuse', status: 400, message }
  }
  const message =
    `This model's maximum context length is ${limit} tokens. However, your messages resulted in ` +
    `${tokens} tokens. Please reduce the length of the messages.`
  return { kind: 'refuse', status: 400, type: 'context_length_exceeded', message }
}

/** As Claude models refuse it from 4.6 on. */
export const refusesPrefill: Symptom = ({ call }) => {
  const messages = isRecord(call.body) ? objectsIn(call.body.messages) : []
  if (messages.at(-1)?.role !== 'assistant') return null
  const message =
    'This model does not support assistant message prefill. ' +
    'The conversation must end with a user message.'
  return { kind: 'refuse', status: 400, message }
}
