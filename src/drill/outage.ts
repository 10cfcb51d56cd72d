import { whenWell, whileIll } from './expectations.ts'
import type { Act } from './faults.ts'
import type { Observation } from './observation.ts'
import { refused, type Symptom } from './symptoms.ts'

const OUTAGE_MS = 60_000
const PACE_MS = 4000
const RECOVERY_MS = 30_000
const DURING = OUTAGE_MS / PACE_MS
const AFTER = Math.ceil(RECOVERY_MS / PACE_MS)
/** With cooldowns that double from 2 s on it takes five or six. */
const MOST_PROBES = DURING / 2

export const down: Symptom = ({ elapsedMs }) => (elapsedMs < OUTAGE_MS ? refused(503) : null)

/** The requests behind the first: one every 4 s, until 30 s after the outage. */
export const THROUGH_AN_OUTAGE: Act[] = Array.from({ length: DURING - 1 + AFTER }, (_, index) => ({
  afterMs: PACE_MS,
  expects: index < DURING - 1 ? whileIll : whenWell,
}))

/** Few probes while it lasts, and back soon after it is over. */
export function recovers(seen: Observation[]): string | null {
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
