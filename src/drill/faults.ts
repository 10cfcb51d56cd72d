import * as check from './checks.ts'
import {
  byContinuing,
  byItself,
  byLargerWindow,
  byOthers,
  bySecondTry,
  byWaiting,
  type Expectation,
  refusal,
  unlessStreamed,
  whenWell,
  whileIll,
} from './expectations.ts'
import type { Observation } from './observation.ts'
import { down, recovers, THROUGH_AN_OUTAGE } from './outage.ts'
import { SPEECH, TWO_THIRDS } from './speech.ts'
import {
  always,
  broken,
  failing,
  isPatient,
  once,
  rateLimited,
  refused,
  refusesPrefill,
  type Symptom,
  slow,
  tooLong,
} from './symptoms.ts'

/** A way to fail, and what a caller should see of it. */
export interface Fault {
  id: string
  title: string
  /** What the target does that is asked first. */
  faulty: Symptom
  /** What the others do; where this is missing, they are well. */
  others?: Symptom
  expects: Expectation
  checks?: check.Check[]
  /** The requests that follow. */
  next?: Act[]
  /** What only all requests together show. */
  overall?(seen: Observation[]): string | null
}

export interface Act {
  /** How far the clock goes forward before it. */
  afterMs: number
  expects: Expectation
  checks?: check.Check[]
}

const POLICY = 'Output blocked by content filtering policy'
const SOON_S = 1
const LATER_S = 3

/** The first sixteen after failoverbench (methodology v0.1); the others are our own. */
export const FAULTS: readonly Fault[] = [
  {
    id: 'F01',
    title: '429 with retry-after, then healthy',
    faulty: once(rateLimited(SOON_S)),
    expects: (setting) => (setting.hasOthers ? 'whole' : byWaiting(SOON_S * 1000)(setting)),
    checks: [check.faultyOnceAmongOthers],
    next: [
      { afterMs: 0, expects: whenWell, checks: [check.faultyRests] },
      { afterMs: SOON_S * 1000, expects: whenWell, checks: [check.faultyIsBack] },
    ],
  },
  {
    id: 'F02',
    title: '429 without retry-after, persistent',
    faulty: always(refused(429)),
    expects: byOthers,
    checks: [check.faultyOnceAmongOthers],
    next: [{ afterMs: 0, expects: whileIll, checks: [check.faultyRests] }],
  },
  {
    id: 'F03',
    title: '500 once, then healthy',
    faulty: once(refused(500)),
    expects: bySecondTry,
    checks: [check.faultyAnswers],
  },
  {
    id: 'F04',
    title: '503, persistent',
    faulty: always(refused(503)),
    expects: byOthers,
    next: [{ afterMs: 0, expects: whileIll, checks: [check.faultyRests] }],
  },
  {
    id: 'F05',
    title: 'connection reset before headers, once, later for good',
    faulty: ({ nth }) => (nth === 2 ? null : { kind: 'reset' }),
    expects: bySecondTry,
    checks: [check.faultyAnswers],
    next: [{ afterMs: 0, expects: whileIll }],
  },
  {
    id: 'F06',
    title: 'takes the request, never answers',
    faulty: always({ kind: 'silence' }),
    expects: byOthers,
    checks: [check.faultyAtMost(1)],
    next: [{ afterMs: 0, expects: whileIll, checks: [check.faultyRests] }],
  },
  {
    id: 'F07',
    title: 'headers at once, first content after 20 s',
    faulty: slow,
    expects: (setting) => (isPatient(setting) ? 'whole' : byOthers(setting)),
    checks: [check.faultyAtMost(1)],
  },
  {
    id: 'F08',
    title: 'dies after two thirds of the text',
    faulty: always(broken('cut')),
    expects: byContinuing,
    next: [{ afterMs: 0, expects: whileIll, checks: [check.faultyRestsIfStreamed] }],
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
    checks: [check.faultyAtMost(1), check.faultyAnswers, check.hasUsage],
  },
  {
    id: 'F12',
    title: '400, prompt too long',
    faulty: tooLong,
    expects: byLargerWindow,
    checks: [
      check.faultyAtMost(1),
      check.hasStatus(400),
      check.keepsReason('prompt is too long: '),
    ],
  },
  {
    id: 'F13',
    title: '400, content policy',
    faulty: always({ kind: 'refuse', status: 400, message: POLICY }),
    expects: refusal,
    checks: [
      check.faultyAtMost(1),
      check.othersNotAsked,
      check.hasStatus(400),
      check.keepsReason(POLICY),
    ],
  },
  {
    id: 'F14',
    title: 'F08, and the others refuse an assistant prefill',
    faulty: always(broken('cut')),
    others: refusesPrefill,
    expects: byContinuing,
    checks: [check.hides(/prefill/i)],
  },
  {
    id: 'F15',
    title: '503 for 60 s, then healthy; a request every 4 s',
    faulty: down,
    expects: byOthers,
    next: THROUGH_AN_OUTAGE,
    overall: recovers,
  },
  {
    id: 'F16',
    title: '503, and the one that answers is named everywhere',
    faulty: always(refused(503)),
    expects: byOthers,
    checks: [check.namesAnswerer],
  },
  {
    id: 'F17',
    title: 'an error inside a 200, before content',
    faulty: failing(0),
    expects: byOthers,
  },
  {
    id: 'F18',
    title: 'an error inside a 200, after two thirds of the text',
    faulty: failing(TWO_THIRDS),
    expects: byContinuing,
  },
  {
    id: 'F19',
    title: 'an HTML page with status 200',
    faulty: always({ kind: 'body', contentType: 'text/html', body: '<h1>Please sign in</h1>' }),
    expects: byOthers,
    checks: [check.faultyAtMost(1)],
  },
  {
    id: 'F20',
    title: '429 from all, each with another retry-after',
    faulty: ({ nth, setting }) =>
      nth === 1 ? rateLimited(setting.hasOthers ? LATER_S : SOON_S) : null,
    others: ({ nth, place }) => (nth === 1 ? rateLimited(place === 1 ? SOON_S : LATER_S) : null),
    expects: byWaiting(SOON_S * 1000),
    checks: [check.namesSoonest(SOON_S)],
  },
  {
    id: 'F21',
    title: 'overloaded: pings and nothing else',
    faulty: always({ kind: 'stall', after: 0, pings: true }),
    expects: byOthers,
    checks: [check.faultyAtMost(1)],
  },
  {
    id: 'F22',
    title: 'a redirect',
    faulty: ({ url }) => ({ kind: 'redirect', location: `${url}/v1/messages` }),
    expects: byOthers,
    checks: [check.faultyAtMost(1)],
  },
  {
    id: 'F23',
    title: '503, and the others are slower than its cooldown',
    faulty: once(refused(503)),
    others: ({ forward }) => {
      forward(10_000)
      return null
    },
    expects: byOthers,
    checks: [check.faultyAtMost(1)],
    next: [{ afterMs: 0, expects: whenWell, checks: [check.faultyIsBack] }],
  },
  {
    id: 'F25',
    title: 'an answer without end',
    faulty: always({ kind: 'endless', text: SPEECH }),
    expects: unlessStreamed,
    checks: [check.faultyAtMost(1)],
  },
]
