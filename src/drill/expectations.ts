import type { Setting } from './setting.ts'

/**
 * What a request has to come to: the whole answer; an end that is clean, be it the answer or an
 * error; or, where the request is at fault, the refusal.
 */
export type Expected = 'whole' | 'clean' | 'refusal'
export type Expectation = (setting: Setting) => Expected

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
