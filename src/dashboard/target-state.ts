/** What the dashboard shows of a target: where it stands now and how much of its budget is used. */
export interface TargetState {
  id: string
  provider: string
  model: string
  region: string | null
  state: 'ready' | 'cooling' | 'unavailable' | 'misconfigured'
  /** Why it is not ready, as a sentence. */
  reason: string | null
  /** When it will be asked again, Unix ms; null when no time is set. */
  until: number | null
  in_flight: number
  requests_last_minute: number
  /** Requests per minute it allows, where that is known. */
  rpm: number | null
}
