/** The requests in flight: how many second tries they may make, and when the last one has ended. */
export interface InFlight {
  /** A request begins; call what it gives when it is over. */
  requestStarted(): () => void
  /** Whether one more second try may be in flight now; call `secondTryEnded` if so. */
  claimSecondTry(): boolean
  secondTryEnded(): void
  /** Resolves as soon as no request is in flight. */
  idle(): Promise<void>
}

const SHARE_OF_REQUESTS = 0.2
const ALWAYS_ALLOWED = 3

/**
 * Second tries are at most a fifth of the requests, and never fewer than three (Envoy's retry
 * budget), so that an outage is not multiplied.
 */
export function createInFlight(): InFlight {
  let requests = 0
  let secondTries = 0
  let waiting: (() => void)[] = []

  return {
    requestStarted() {
      requests++
      return () => {
        requests--
        if (requests > 0) return
        for (const resolve of waiting) resolve()
        waiting = []
      }
    },
    claimSecondTry() {
      if (secondTries >= Math.max(ALWAYS_ALLOWED, requests * SHARE_OF_REQUESTS)) return false
      secondTries++
      return true
    },
    secondTryEnded() {
      secondTries--
    },
    async idle() {
      if (requests > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
