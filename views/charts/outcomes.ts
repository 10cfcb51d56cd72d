import { STATES } from '../../src/history/filter-query.ts'
import type { RequestState } from '../../src/history/schema.ts'
import { REQUEST_FACES } from '../components/badge.tsx'
import type { Series } from './plot.ts'

const TONES: Record<RequestState, string> = {
  complete: 'kind-1',
  partial: 'tone-warn',
  client_closed: 'kind-6',
  failed: 'tone-bad',
  interrupted: 'kind-5',
}

/** Counts of requests as layers of bars, without the ways in which none has ended. */
export function outcomeSeries(requests: Record<RequestState, number[]>): Series[] {
  return STATES.filter((state) => state === 'complete' || requests[state].some((n) => n > 0)).map(
    (state) => ({ name: REQUEST_FACES[state].label, tone: TONES[state], values: requests[state] }),
  )
}
