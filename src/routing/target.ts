import { contextWindowOf } from '../providers/context-windows.ts'

export type Api = 'chat' | 'responses' | 'auto'

/** One place a request can be sent to: a provider, a model, and a region or endpoint. */
export interface Target {
  /** `provider/model`, with `@region` or `@host` where there is one. */
  readonly id: string
  readonly provider: string
  readonly model: string
  /**
   * The model whose facts and prices count: what stands behind an ARN, a deployment or an alias, and
   * else the model itself.
   */
  readonly baseModel: string
  readonly region: string | null
  /** Overrides the provider's base URL. */
  readonly endpoint: string | null
  /** Whose account it is, where the client's own credential goes upstream; a hash. */
  readonly account?: string
  /** Which of OpenAI's two APIs; `auto` leaves it to what the model takes. */
  readonly api: Api
  /** What is left out of every request, as the config writes it. */
  readonly strip: readonly string[]
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

/** A target without a model of its own takes the one that was asked for. */
export function withModel(target: Target, model: string): Target {
  if (target.model !== '') return target
  const baseModel = target.baseModel || model
  const contextWindow = target.contextWindow ?? contextWindowOf(baseModel)
  return { ...target, model, baseModel, contextWindow, id: targetId({ ...target, model }) }
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
