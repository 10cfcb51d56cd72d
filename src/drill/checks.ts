import type { Observation } from './observation.ts'

/** What is wrong with what was seen, as a sentence; null where nothing is. */
export type Check = (seen: Observation) => string | null

const endsCleanly: Check = ({ answer }) => (answer.kind === 'broken' ? answer.why : null)

const isRecorded: Check = ({ answer, entry, entries, requests, faulty, others }) => {
  if (!entry) return 'the history has no row of the request'
  if (entries !== requests) return `the history has ${entries} rows of ${requests} requests`
  const calls = faulty + others
  if (entry.attempt_count !== calls || entry.attempts.length !== calls) {
    return `the history counts ${entry.attempt_count} attempts, and there were ${calls}`
  }
  const isComplete = entry.state === 'complete' && entry.error === null
  const isFailed = ['failed', 'partial'].includes(entry.state) && entry.error !== null
  const isTrue = answer.kind === 'whole' ? isComplete : isFailed
  return isTrue ? null : `the history says "${entry.state}", error ${entry.error}`
}

/** An answer that another target carries on had sent its headers before. */
const countsAttempts: Check = ({ headers, entry }) => {
  const said = headers.get('x-proxy-attempts')
  if (said !== null && entry && Number(said) <= entry.attempt_count) return null
  return `x-proxy-attempts is ${said}, and the history counts ${entry?.attempt_count}`
}

const asksNobodyThrice: Check = ({ mostAsked }) =>
  mostAsked > 2 ? `one target was asked ${mostAsked} times for one request` : null

/** A client that is told more than a minute gives up. */
const saysWhenToComeBack: Check = ({ status, headers }) => {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  if (status !== 429 || (seconds >= 1 && seconds <= 60)) return null
  return `a 429 with retry-after: ${headers.get('retry-after')}`
}

/** What holds for every request, whatever the fault. */
export const ALWAYS: readonly Check[] = [
  endsCleanly,
  isRecorded,
  countsAttempts,
  asksNobodyThrice,
  saysWhenToComeBack,
]

export function faultyAtMost(times: number): Check {
  return ({ faulty }) =>
    faulty > times ? `the target with the fault was asked ${faulty} times` : null
}

/** For faults after which only waiting helps a chain of one. */
export const faultyOnceAmongOthers: Check = (seen) =>
  seen.setting.hasOthers ? faultyAtMost(1)(seen) : null

/** Where there is nobody else, it is asked all the same. */
export const faultyRests: Check = ({ faulty, setting }) =>
  faulty > 0 && setting.hasSpare ? 'the target with the fault was asked while it should rest' : null

export const faultyRestsIfStreamed: Check = (seen) =>
  seen.setting.stream ? faultyRests(seen) : null

/** With another strategy another target may now be the better choice. */
export const faultyIsBack: Check = ({ answer, answerer, setting }) => {
  const { strategy } = setting.chain
  if (answer.kind !== 'whole' || strategy !== 'order' || !setting.mayTryAgain) return null
  return answerer?.isFaulty ? null : 'the target was not used again after its recovery'
}

export const faultyAnswers: Check = ({ answer, answerer, setting }) =>
  answer.kind === 'whole' && setting.mayTryAgain && !answerer?.isFaulty
    ? 'another target answered'
    : null

export const othersNotAsked: Check = ({ others }) =>
  others > 0 ? `the others were asked, ${others} times` : null

/** Limits of the chain's own may move the time. */
export function namesSoonest(seconds: number): Check {
  return ({ status, headers, setting }) => {
    const said = headers.get('retry-after')
    if (status !== 429 || !setting.isFree || said === String(seconds)) return null
    return `retry-after is ${said}, and one of the targets is free in ${seconds} s`
  }
}

export function hasStatus(expected: number): Check {
  return ({ answer, status }) =>
    answer.kind === 'error' && status !== expected ? `the status is ${status}` : null
}

export function keepsReason(words: string): Check {
  return ({ answer }) =>
    answer.kind === 'error' && !answer.message.includes(words)
      ? `the reason is lost: ${answer.message}`
      : null
}

export function hides(words: RegExp): Check {
  return ({ answer }) =>
    answer.kind === 'error' && words.test(answer.message)
      ? `the caller saw what is between us and a target: ${answer.message}`
      : null
}

export const hasUsage: Check = ({ answer }) =>
  answer.kind === 'whole' && !answer.usage.output_tokens ? 'the answer has no usage' : null

/** Response, headers and history name the one that answered, and count its tokens alone. */
export const namesAnswerer: Check = ({ answer, answerer, headers, entry }) => {
  if (answer.kind !== 'whole' || !answerer || !entry) return null
  const { provider, model } = answerer.target
  const isTrue: Record<string, boolean> = {
    'header x-proxy-provider': headers.get('x-proxy-provider') === provider,
    'header x-proxy-model': decodeURIComponent(headers.get('x-proxy-model') ?? '') === model,
    // Bedrock's models call themselves by a part of their id.
    'model of the answer': answer.model !== '' && model.includes(answer.model),
    'provider in the history': entry.provider === provider,
    'model in the history': entry.served_model === model,
    'input tokens in the history': entry.input_tokens === answer.usage.input_tokens,
    'output tokens in the history': entry.output_tokens === answer.usage.output_tokens,
  }
  const wrong = Object.keys(isTrue).filter((name) => !isTrue[name])
  return wrong.length > 0 ? `not those of the target that answered: ${wrong.join(', ')}` : null
}
