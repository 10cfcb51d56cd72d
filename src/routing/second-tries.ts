/** A budget for second tries at one target, so that an outage is not multiplied. */
export interface SecondTries {
  /** A request begins; call what it gives when it is over. */
  requestStarted(): () => void
  /** Whether one more second try may be in flight now. */
  claim(): boolean
  release(): void
}

const SHARE_OF_REQUESTS = 0.2
const ALWAYS_ALLOWED = 3

/** At most a fifth of the requests in flight, and never fewer than three (Envoy's retry budget). */
export function createSecondTries(): SecondTries {
  let requests = 0
  let tries = 0
  return {
    requestStarted() {
      requests++
      return () => {
        requests--
      }
    },
    claim() {
      if (tries >= Math.max(ALWAYS_ALLOWED, requests * SHARE_OF_REQUESTS)) return false
      tries++
      return true
    },
    release() {
      tries--
    },
  }
}
