/** No block is trusted for longer: quotas recover earlier than services say. */
export const LONGEST_BLOCK_MS = 5 * 60_000

/** Why a target is not asked, and until when: Unix ms, Infinity where no time is set. */
export interface Block {
  kind: 'rate_limit' | 'failure' | 'unavailable' | 'misconfigured' | 'paused'
  reason: string
  until: number
  /** Its rest is over; one request is trying whether the trouble is, and the others wait for that. */
  isBeingTried?: true
}
