import { SPEECH } from './answer.ts'
import type { Act, Fault } from './faults.ts'
import {
  byContinuing,
  byItself,
  byLargerWindow,
  byOthers,
  bySecondTry,
  byWaiting,
  faultyAnswers,
  faultyIsBack,
  faultyOnce,
  faultyOnceAmongOthers,
  faultyRests,
  hasStatus,
  keepsReason,
  type Observation,
  refusal,
  unlessStreamed,
  whenWell,
  whileIll,
} from './judging.ts'
import {
  always,
  broken,
  isPatient,
  once,
  rateLimited,
  refused,
  refusesPrefill,
  slow,
  tooLong,
} from './symptoms.ts'

const POLICY = 'Output blocked by content filtering policy'
const RETRY_AFTER_S = 1
const OUTAGE_MS = 60_000
const PACE_MS = 4000
const RECOVERY_MS = 30_000
const DURING = OUTAGE_MS / PACE_MS
const AFTER = Math.ceil(RECOVERY_MS / PACE_MS)
/** With cooldowns that double from 2 s on it takes five or six. */
const MOST_PROBES = DURING / 2

/** The faults of failoverbench (methodology v0.1). */
export const FAILOVERBENCH: readonly Fault[] = [
  {
    id: 'F01',
    title: '429 with retry-after, then healthy',
    faulty: once(rateLimited(RETRY_AFTER_S)),
    expects: (setting) => (setting.hasOthers ? 'whole' : byWaiting(RETRY_AFTER_S * 1000)(setting)),
    checks: [faultyOnceAmongOthers],
    next: [
      { afterMs: 0, expects: whenWell, checks: [faultyRests] },
      { afterMs: RETRY_AFTER_S * 1000, expects: whenWell, checks: [faultyIsBack] },
    ],
  },
  {
    id: 'F02',
    title: '429 without retry-after, persistent',
    faulty: always(refused(429)),
    expects: byOthers,
    checks: [faultyOnceAmongOthers],
    next: [{ afterMs: 0, expects: whileIll, checks: [faultyRests] }],
  },
  {
    id: 'F03',
    title: '500 once, then healthy',
    faulty: once(refused(500)),
    expects: bySecondTry,
    checks: [faultyAnswers],
  },
  {
    id: 'F04',
    title: '503, persistent',
    faulty: always(refused(503)),
    expects: byOthers,
    next: [{ afterMs: 0, expects: whileIll, checks: [faultyRests] }],
  },
  {
    id: 'F05',
    title: 'connection reset before headers, once, later for good',
    faulty: ({ nth }) => (nth === 2 ? null : { kind: 'reset' }),
    expects: bySecondTry,
    checks: [faultyAnswers],
    next: [{ afterMs: 0, expects: whileIll }],
  },
  {
    id: 'F06',
    title: 'takes the request, never answers',
    faulty: always({ kind: 'silence' }),
    expects: byOthers,
    checks: [faultyOnce],
    next: [{ afterMs: 0, expects: whileIll, checks: [faultyRests] }],
  },
  {
    id: 'F07',
    title: 'headers at once, first content after 20 s',
    faulty: slow,
    expects: (setting) => (isPatient(setting) ? 'whole' : byOthers(setting)),
    checks: [faultyOnce],
  },
  {
    id: 'F08',
    title: 'dies after two thirds of the text',
    faulty: always(broken('cut')),
    expects: byContinuing,
    next: [{ afterMs: 0, expects: whileIll, checks: [faultyRestsIfStreamed] }],
  },
  {
    id: 'F09',
    title: 'goes silent after two thirds of the text, then healthy',
    faulty: once(broken('stall')),
    expects: byContinuing,
    next: [{ afterMs: 0, expects: whenWell }],
  },
  {
    id: 'F10',
    title: 'one event is invalid JSON, then healthy',
    faulty: once(broken('garble')),
    expects: unlessStreamed,
    next: [{ afterMs: 0, expects: whenWell }],
  },
  {
    id: 'F11',
    title: 'complete, but the final marker is missing',
    faulty: always({ kind: 'unfinished', text: SPEECH }),
    expects: byItself,
    checks: [faultyOnce, faultyAnswers, hasUsage],
  },
  {
    id: 'F12',
    title: '400, prompt too long',
    faulty: tooLong,
    expects: byLargerWindow,
    checks: [faultyOnce, hasStatus(400), keepsReason('prompt is too long: ')],
  },
  {
    id: 'F13',
    title: '400, content policy',
    faulty: always({ kind: 'refuse', status: 400, message: POLICY }),
    expects: refusal,
    checks: [faultyOnce, othersNotAsked, hasStatus(400), keepsReason(POLICY)],
  },
  {
    id: 'F14',
    title: 'F08, and the others refuse an assistant prefill',
    faulty: always(broken('cut')),
    others: refusesPrefill,
    expects: byContinuing,
    checks: [hidesPrefill],
  },
  {
    id: 'F15',
    title: '503 for 60 s, then healthy; a request every 4 s',
    faulty: ({ elapsedMs }) => (elapsedMs < OUTAGE_MS ? refused(503) : null),
    expects: byOthers,
    next: throughAnOutage(),
    overall: recovers,
  },
  {
    id: 'F16',
    title: '503, and the one that answers is named everywhere',
    faulty: always(refused(503)),
    expects: byOthers,
    checks: [namesAnswerer],
  },
]

function faultyRestsIfStreamed(seen: Observation): string | null {
  return seen.setting.stream ? faultyRests(seen) : null
}

function hasUsage({ answer }: Observation): string | null {
  return answer.kind === 'whole' && !answer.usage.output_tokens ? 'the answer has no usage' : null
}

function othersNotAsked({ others }: Observation): string | null {
  return others > 0 ? `the others were asked, ${others} times` : null
}

function hidesPrefill({ answer }: Observation): string | null {
  return answer.kind === 'error' && /prefill/i.test(answer.message)
    ? `the caller saw what is between us and a target: ${answer.message}`
    : null
}

/** The requests behind the first: one every 4 s, until 30 s after the outage. */
function throughAnOutage(): Act[] {
  return Array.from({ length: DURING - 1 + AFTER }, (_, index) => ({
    afterMs: PACE_MS,
    expects: index < DURING - 1 ? whileIll : whenWell,
  }))
}

/** Few probes while it lasts, and back soon after it is over. */
function recovers(seen: Observation[]): string | null {
  const [first] = seen
  if (!first) return null
  const { hasSpare, mayTryAgain, chain } = first.setting
  const probes = seen.slice(0, DURING).reduce((sum, { faulty }) => sum + faulty, 0)
  if (hasSpare && probes > MOST_PROBES) {
    return `the target was asked ${probes} times in ${DURING} requests while it was down`
  }
  const isBack = seen.slice(DURING).some(({ answerer }) => answerer?.isFaulty)
  if (isBack || chain.strategy !== 'order' || !mayTryAgain) return null
  return `the target was not used again within ${RECOVERY_MS / 1000} s of its recovery`
}

/** Response, headers and history name the one that answered, and count its tokens alone. */
function namesAnswerer({ answer, answerer, headers, entry }: Observation): string | null {
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
