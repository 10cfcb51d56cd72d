/** One place a request can be sent to: a provider, a model, and a region or endpoint. */
export interface Target {
  /** `provider/model`, with `@region` or `@host` where there is one. */
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly region: string | null
  /** Overrides the provider's base URL. */
  readonly endpoint: string | null
  /** Whose account it is, where the client's own credential goes upstream; a hash. */
  readonly account?: string
  readonly limits: TargetLimits
  readonly timers: Timers
  /** Share of the traffic among equals. */
  readonly weight: number
  /** The most input tokens it takes; null where that is not known. */
  readonly contextWindow: number | null
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
  /** Until the connection stands. */
  readonly connectTimeoutMs: number
  /** From sending until content, for a streamed attempt. */
  readonly firstEventTimeoutMs: number
  /** Silence between two pieces of an answer; the whole of a non-streamed one. */
  readonly idleTimeoutMs: number
  /** The whole of an attempt. For the server: of a request, all attempts and waits. */
  readonly requestTimeoutMs: number
}

/** The id of a target; the endpoint's host tells two servers of one provider apart. */
export function targetId({
  provider,
  model,
  region,
  endpoint,
}: Pick<Target, 'provider' | 'model' | 'region' | 'endpoint'>): string {
  const places = [region, endpoint && new URL(endpoint).host].filter((place) => place !== null)
  return [`${provider}/${model}`, ...places].join('@')
}

/**
 * Whether what is remembered under this key is about the target; one without a model stands for all
 * models in its place, and one without an account for all accounts.
 */
export function coversKey(target: Target, key: string): boolean {
  const name = withoutAccount(target, key)
  if (target.model !== '') return name === memoryKey(target, target.id)
  const provider = `${target.provider}/`
  return name.startsWith(provider) && name.endsWith(target.id.slice(provider.length))
}

/** The same for what is remembered about all of a provider. */
export function coversProviderKey(target: Target, key: string): boolean {
  return withoutAccount(target, key) === memoryKey(target, target.provider)
}

/** The key without the account, unless the target has one of its own. */
export function withoutAccount({ account }: Target, key: string): string {
  return account === undefined ? key.replace(/#[0-9a-z]+$/, '') : key
}

/** What is remembered about a target belongs to the account that asks it. */
export function memoryKey({ account }: Target, name: string): string {
  return account === undefined ? name : `${name}#${account}`
}
