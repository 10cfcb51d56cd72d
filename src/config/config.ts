import type { OwnPrice } from '../prices/prices.ts'
import type { Strategy } from '../routing/router.ts'
import type { Api, Target, Timers } from '../routing/target.ts'

/** The configuration as everything else sees it: checked, complete, durations in ms, sizes in bytes. */
export interface Config {
  /** The file it came from; null when there is none. */
  path: string | null
  server: ServerConfig
  /** In the order of the file. With routing off the first one gets every request. */
  providers: ReadonlyMap<string, ProviderConfig>
  routing: RoutingConfig
  history: HistoryConfig
  prices: OwnPrice[]
  /** Sentences for whoever starts the proxy: nothing that stops it, something to know. */
  notices: string[]
}

export interface ServerConfig extends Timers {
  host: string
  port: number
  /** Reading a client's request. */
  readTimeoutMs: number
  /** A client that stops reading. */
  writeTimeoutMs: number
  /** A stream without content for this long is opened with a ping. */
  pingAfterMs: number
  /** Empty: whoever reaches the port may ask. */
  apiKeys: string[]
  /** Lower case, with or without a port. */
  allowedHosts: string[]
  maxBodyBytes: number
}

/** The wire a provider speaks. */
export type ProviderType = 'bedrock' | 'anthropic' | 'openai'

/** Whose habits to expect behind that wire. */
export type ServiceName =
  | 'bedrock'
  | 'anthropic'
  | 'openai'
  | 'cerebras'
  | 'groq'
  | 'openrouter'
  | 'azure'
  | 'deepseek'
  | 'gemini'
  | 'mistral'
  | 'moonshot'
  | 'xai'
  | 'zai'
  | 'ollama'
  | 'lmstudio'
  | 'vllm'
  | 'custom'

export interface ProviderConfig {
  name: string
  type: ProviderType
  service: ServiceName
  /** Without a slash at the end. Null: Bedrock's own address for the region. */
  baseUrl: string | null
  /** Where the Claude models of this provider are asked in Anthropic's words; null: nowhere. */
  messagesUrl: string | null
  /** Plain http is fine beyond this machine. */
  allowHttp: boolean
  apiKey: string | null
  /** `passthrough` sends the client's own credential instead of ours. */
  auth: 'key' | 'passthrough'
  /** Whether Anthropic's server tools run there. */
  serverTools: boolean
  region: string | null
  profileName: string | null
  /** Fields that go into every request body sent there. */
  extraBody: Record<string, unknown>
  /** What differs from the server's timers. */
  timers: Partial<Timers>
  /** Why it cannot be used, as a sentence with the remedy; null when nothing is missing. */
  unusable: string | null
  api: Api
  /** What is left out of every request sent there. */
  strip: readonly string[]
}

export interface RoutingConfig {
  /** Never true without routes. */
  enable: boolean
  routes: Route[]
  /** The pause before a second try where no other target is left. */
  retryTimeoutMs: number
  /** The cooldown after a 429 that names no time. */
  rateLimitMs: number
  /** How long a request may wait when every target is cooling down. */
  maxWaitMs: number
  /** What becomes of an answer that breaks off after its content has begun. */
  onStreamFailure: 'error' | 'continue'
  /** `move`: a request for web search and the like goes first to where that runs. */
  serverTools: 'move' | 'remove'
  /** Whether a session stays where its prompt cache is. */
  affinity: boolean
}

export interface Route {
  model: string
  strategy: Strategy
  /** An empty `model` stands for the id the client asked for. */
  targets: Target[]
}

export interface HistoryConfig {
  /** Absolute, or `:memory:`. */
  path: string
  retentionMs: number
  maxBytes: number
  payloads: 'none' | 'errors' | 'all'
  /** Of a request, and of an answer; before compression. */
  payloadBytes: number
  /** Of all of them; compressed. */
  payloadsBytes: number
}
