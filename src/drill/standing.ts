import type { Config, ProviderConfig } from '../config/config.ts'
import type { Target } from '../routing/target.ts'
import type { Chain } from './chains.ts'

/** Where nobody listens: what has no stand-in reaches nothing. */
const NOWHERE = 'http://127.0.0.1:9'
const DUMMY_KEY = 'drill'

/** Long enough for a loaded machine, short enough for a drill. In ms. */
const TIMERS = {
  connectTimeoutMs: 1000,
  firstEventTimeoutMs: 800,
  idleTimeoutMs: 800,
  requestTimeoutMs: 3000,
}
/** The end of the whole request comes first, and not in the same moment. */
const ATTEMPT_TIMERS = { ...TIMERS, requestTimeoutMs: 2 * TIMERS.requestTimeoutMs }
export const LONGEST_WAIT_MS = 1500
const LONGEST_PAUSE_MS = 50

/**
 * The user's configuration with this one chain, stand-ins for its targets at the addresses given,
 * and dummies for every key. Strategy, order, limits, cooldowns and what happens to broken streams
 * stay; what only takes time is shortened.
 */
export function standingIn(
  config: Config,
  chain: Chain,
  addressOf: (target: Target) => string,
): Config {
  const { server, routing, history } = config
  const providers = [...config.providers].map(([name, provider]): [string, ProviderConfig] => {
    const first = chain.targets.find((target) => target.provider === name)
    const address = first && addressFor(provider, addressOf(first))
    return [name, dummy(provider, address ?? NOWHERE)]
  })
  const targets = chain.targets.map((target) => {
    const provider = config.providers.get(target.provider)
    const endpoint = provider ? addressFor(provider, addressOf(target)) : NOWHERE
    const region = provider?.type === 'bedrock' ? (target.region ?? REGION) : target.region
    return { ...target, endpoint, region, timers: ATTEMPT_TIMERS }
  })
  return {
    ...config,
    server: { ...server, ...TIMERS, host: '127.0.0.1', port: 0, apiKeys: [] },
    providers: new Map(providers),
    routing: {
      ...routing,
      routes: [{ model: chain.model, strategy: chain.strategy, targets }],
      retryTimeoutMs: Math.min(routing.retryTimeoutMs, LONGEST_PAUSE_MS),
      maxWaitMs: Math.min(routing.maxWaitMs, LONGEST_WAIT_MS),
    },
    history: { ...history, path: ':memory:', payloads: 'none' },
  }
}

/** For a provider that waits for a variable to name its region. */
const REGION = 'us-east-1'

function dummy(provider: ProviderConfig, baseUrl: string): ProviderConfig {
  return {
    ...provider,
    baseUrl,
    apiKey: provider.auth === 'key' ? DUMMY_KEY : null,
    profileName: null,
    region: provider.type === 'bedrock' ? (provider.region ?? REGION) : provider.region,
    // Meant for the real service, and perhaps secret.
    extraBody: {},
    strip: [],
    timers: {},
    unusable: null,
    // The simulator's OpenAI wire is Chat Completions.
    api: 'chat',
  }
}

/** The simulator tells services apart by the paths they have. */
function addressFor({ type, service }: ProviderConfig, url: string): string {
  if (service === 'openrouter') return type === 'openai' ? `${url}/api/v1` : `${url}/api`
  if (type !== 'openai') return url
  return service === 'groq' ? `${url}/openai/v1` : `${url}/v1`
}
