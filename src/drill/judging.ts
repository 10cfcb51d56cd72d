import type { Target } from '../routing/target.ts'
import type { Answer } from './answer.ts'
import type { Setting } from './chains.ts'
import type { Entry } from './client.ts'

/** Everything that can be seen of one request of a scene, from both ends. */
export interface Observation {
  setting: Setting
  status: number
  headers: Headers
  answer: Answer
  durationMs: number
  /** Its row; null where the history has none. */
  entry: Entry | null
  /** How many rows the history has, and how many requests there were so far. */
  entries: number
  requests: number
  /** How often the target with the fault was asked. */
  faulty: number
  /** How often the others were asked, all together, and the one that was asked most. */
  others: number
  mostAsked: number
  /** Who answered with a 200; where two did, the one further down the chain. */
  answerer: { target: Target; isFaulty: boolean } | null
}

/**
 * What a request has to come to: the whole answer; an end that is clean, be it the answer or an
 * error; or, where the request is at fault, the refusal.
 */
export type Expected = 'whole' | 'clean' | 'refusal'
export type Expectation = (setting: Setting) => Expected

/** What is wrong with what was seen, as a sentence; null where nothing is. */
export type Check = (seen: Observation) => string | null

export interface Verdict {
  /** `safe`: a clean error, where no better could be expected. */
  verdict: 'pass' | 'safe' | 'fail'
  /** What was wrong, or what the error was; null where there is nothing to say. */
  detail: string | null
}

/** What to think of one request. */
export function judge(seen: Observation, expected: Expected, checks: readonly Check[]): Verdict {
  for (const check of [...ALWAYS, ...checks]) {
    const wrong = check(seen)
    if (wrong !== null) return { verdict: 'fail', detail: wrong }
  }
  const { answer, status } = seen
  if (answer.kind === 'whole') {
    return expected === 'refusal'
      ? { verdict: 'fail', detail: 'expected a refusal, came an answer' }
      : { verdict: 'pass', detail: null }
  }
  const came =
    answer.kind === 'error' ? `${answer.type} (${status}): ${answer.message}` : answer.why
  if (expected === 'refusal') return { verdict: 'pass', detail: came }
  return expected === 'whole'
    ? { verdict: 'fail', detail: `expected the whole answer, came ${came}` }
    : { verdict: 'safe', detail: came }
}

const ORDER = ['pass', 'safe', 'fail'] as const

/** The first of the worst. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const none: Verdict = { verdict: 'pass', detail: null }
  return verdicts.reduce(
    (worse, next) => (ORDER.indexOf(next.verdict) > ORDER.indexOf(worse.verdict) ? next : worse),
    verdicts[0] ?? none,
  )
}

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
const ALWAYS: readonly Check[] = [
  endsCleanly,
  isRecorded,
  countsAttempts,
  asksNobodyThrice,
  saysWhenToComeBack,
]

export const faultyOnce: Check = ({ faulty }) =>
  faulty > 1 ? `the target with the fault was asked ${faulty} times` : null

/** For faults after which only waiting helps a chain of one. */
export const faultyOnceAmongOthers: Check = (seen) =>
  seen.setting.hasOthers ? faultyOnce(seen) : null

/** Where there is nobody else, it is asked all the same. */
export const faultyRests: Check = ({ faulty, setting }) =>
  faulty > 0 && setting.hasSpare ? 'the target with the fault was asked while it should rest' : null

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

export const refusal: Expectation = () => 'refusal'

/** Nothing keeps the first target from answering in the end. */
export const byItself: Expectation = () => 'whole'

export const byOthers: Expectation = ({ hasOthers }) => (hasOthers ? 'whole' : 'clean')

export const bySecondTry: Expectation = (setting) =>
  setting.mayTryAgain ? 'whole' : byOthers(setting)

/** What has reached the caller cannot be taken back, only carried on. */
export const byContinuing: Expectation = (setting) =>
  setting.stream && setting.onStreamFailure === 'error' ? 'clean' : byOthers(setting)

/** A stream that has begun may end in an error; an answer in one piece was not given yet. */
export const unlessStreamed: Expectation = (setting) =>
  setting.stream ? 'clean' : byOthers(setting)

/** Some target can be waited for. */
export function byWaiting(ms: number): Expectation {
  return ({ maxWaitMs, isFree }) => (isFree && ms < maxWaitMs ? 'whole' : 'clean')
}

/** In any other order the first asked may be the one with the larger window. */
export const byLargerWindow: Expectation = ({ chain, windowTokens }) => {
  const isLarger = chain.targets.some(({ contextWindow }) => (contextWindow ?? 0) > windowTokens)
  return isLarger && chain.strategy === 'order' ? 'whole' : 'clean'
}

/** A request that comes while the first target still has the fault. */
export const whileIll: Expectation = ({ hasSpare }) => (hasSpare ? 'whole' : 'clean')

/** A request that comes when all are well, though not all may be asked again yet. */
export const whenWell: Expectation = ({ isFree }) => (isFree ? 'whole' : 'clean')
