/** Why a target is not asked, and until when (Unix ms). */
export interface Block {
  kind: 'rate_limit' | 'failure' | 'unavailable' | 'misconfigured'
  reason: string
  until: number
}
