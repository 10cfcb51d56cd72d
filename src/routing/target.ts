/** One place a request can be sent to: a provider, a model, and a region or endpoint. */
export interface Target {
  /** `provider/model` with `@region` where there is one: the key of its memory. */
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly region: string | null
  /** Overrides the provider's base URL. */
  readonly endpoint: string | null
  readonly limits: TargetLimits
  readonly timers: Timers
}

export interface TargetLimits {
  /** Requests per minute. */
  readonly rpm: number | null
  /** Tokens per minute. */
  readonly tpm: number | null
  readonly maxConcurrent: number | null
  /** Variants of one group share their limits. */
  readonly group: string | null
}

/** All in ms. */
export interface Timers {
  /** From sending until content, for a streamed attempt. */
  readonly firstEventTimeoutMs: number
  /** Silence between two pieces of an answer; the whole of a non-streamed one. */
  readonly idleTimeoutMs: number
}

/** The id of a target; `place` is its region, or its endpoint where that is what sets it apart. */
export function targetId(provider: string, model: string, place: string | null): string {
  return place ? `${provider}/${model}@${place}` : `${provider}/${model}`
}
