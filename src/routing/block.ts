/** Why a target is not asked, and until when (Unix ms). */
export interface Block {
  kind: 'rate_limit' | 'failure' | 'unavailable' | 'misconfigured'
  reason: string
  until: number
  /** Its rest is over; one request is trying whether the trouble is, and the others wait for that. */
  isBeingTried?: true
}
