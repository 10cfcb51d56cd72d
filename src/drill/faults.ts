import { SPEECH, TWO_THIRDS } from './answer.ts'
import { FAILOVERBENCH } from './failoverbench.ts'
import {
  byContinuing,
  byOthers,
  byWaiting,
  type Check,
  type Expectation,
  faultyIsBack,
  faultyOnce,
  type Observation,
  unlessStreamed,
  whenWell,
} from './judging.ts'
import { always, failing, once, rateLimited, refused, type Symptom } from './symptoms.ts'

/** A way to fail, and what a caller should see of it. */
export interface Fault {
  id: string
  title: string
  /** What the target does that is asked first. */
  faulty: Symptom
  /** What the others do; where this is missing, they are well. */
  others?: Symptom
  expects: Expectation
  checks?: Check[]
  /** The requests that follow. */
  next?: Act[]
  /** What only all requests together show. */
  overall?(seen: Observation[]): string | null
}

export interface Act {
  /** How far the clock goes forward before it. */
  afterMs: number
  expects: Expectation
  checks?: Check[]
}

const SOON_S = 1
const LATER_S = 3

export const FAULTS: readonly Fault[] = [
  ...FAILOVERBENCH,
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
    checks: [faultyOnce],
  },
  {
    id: 'F20',
    title: '429 from all, each with another retry-after',
    faulty: ({ nth, setting }) =>
      nth === 1 ? rateLimited(setting.hasOthers ? LATER_S : SOON_S) : null,
    others: ({ nth, place }) => (nth === 1 ? rateLimited(place === 1 ? SOON_S : LATER_S) : null),
    expects: byWaiting(SOON_S * 1000),
    checks: [namesSoonest],
  },
  {
    id: 'F21',
    title: 'overloaded: pings and nothing else',
    faulty: always({ kind: 'stall', after: 0, pings: true }),
    expects: byOthers,
    checks: [faultyOnce],
  },
  {
    id: 'F22',
    title: 'a redirect',
    faulty: ({ url }) => ({ kind: 'redirect', location: `${url}/v1/messages` }),
    expects: byOthers,
    checks: [faultyOnce],
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
    checks: [faultyOnce],
    next: [{ afterMs: 0, expects: whenWell, checks: [faultyIsBack] }],
  },
  {
    id: 'F25',
    title: 'an answer without end',
    faulty: always({ kind: 'endless', text: SPEECH }),
    expects: unlessStreamed,
    checks: [faultyOnce],
  },
]

/** Limits of the chain's own may move the time. */
function namesSoonest({ status, headers, setting }: Observation): string | null {
  const said = headers.get('retry-after')
  if (status !== 429 || !setting.isFree || said === String(SOON_S)) return null
  return `retry-after is ${said}, and one of the targets is free in ${SOON_S} s`
}
