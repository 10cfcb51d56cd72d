import { isLoopback } from './base-url.ts'
import type { ProviderType, ServiceName } from './config.ts'

interface Service {
  name: ServiceName
  /** The wires it speaks, the one we prefer first. */
  types: readonly [ProviderType, ...ProviderType[]]
  /** Null: Bedrock, whose address depends on the region. */
  baseUrl: string | null
  /** The environment variable that fills in its key. */
  keyVariable: string
}

const LIST: Service[] = [
  {
    name: 'bedrock',
    types: ['bedrock'],
    baseUrl: null,
    keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
  },
  {
    name: 'anthropic',
    types: ['anthropic'],
    baseUrl: 'https://api.anthropic.com',
    keyVariable: 'ANTHROPIC_API_KEY',
  },
  {
    name: 'openai',
    types: ['openai'],
    baseUrl: 'https://api.openai.com',
    keyVariable: 'OPENAI_API_KEY',
  },
  {
    name: 'openrouter',
    types: ['openai', 'anthropic'],
    baseUrl: 'https://openrouter.ai/api',
    keyVariable: 'OPENROUTER_API_KEY',
  },
  {
    name: 'cerebras',
    types: ['openai'],
    baseUrl: 'https://api.cerebras.ai',
    keyVariable: 'CEREBRAS_API_KEY',
  },
  {
    name: 'groq',
    types: ['openai'],
    baseUrl: 'https://api.groq.com/openai',
    keyVariable: 'GROQ_API_KEY',
  },
]

/** The providers that need neither `type` nor `base_url`. */
export const SERVICES: ReadonlyMap<string, Service> = new Map(
  LIST.map((service) => [service.name, service]),
)

/** Services that are known by their address alone: a provider of type openai has their habits. */
const HOSTS: [RegExp, ServiceName][] = [
  [/\.(openai|services\.ai|cognitiveservices)\.azure\.(com|us|cn)$/, 'azure'],
  [/^api\.deepseek\.com$/, 'deepseek'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/^(api|codestral)\.mistral\.ai$/, 'mistral'],
  [/^api\.(moonshot\.(ai|cn)|kimi\.com)$/, 'moonshot'],
  [/^api\.x\.ai$/, 'xai'],
  [/^(api\.z\.ai|open\.bigmodel\.cn)$/, 'zai'],
]

/** The ports the common servers listen on where nobody chose another one. */
const LOCAL_PORTS: Record<string, ServiceName> = {
  '11434': 'ollama',
  '1234': 'lmstudio',
  '8000': 'vllm',
}

/** The names that `service` of a provider of type openai takes. */
export const SERVICE_NAMES: readonly ServiceName[] = [
  ...LIST.filter(({ types }) => types.includes('openai')).map(({ name }) => name),
  ...HOSTS.map(([, name]) => name),
  ...Object.values(LOCAL_PORTS),
]

/** Whose address a base URL is: a provider under a name of its own may well be Groq. */
export function serviceAt(baseUrl: string): Service | null {
  const { host } = new URL(baseUrl)
  return LIST.find((service) => service.baseUrl && new URL(service.baseUrl).host === host) ?? null
}

/** Whose habits to expect at a base URL: those of a built-in service, or of one known by address. */
export function serviceNameAt(baseUrl: string): ServiceName | null {
  const { hostname, port } = new URL(baseUrl)
  const local = isLoopback(hostname) ? LOCAL_PORTS[port] : undefined
  const hosted = HOSTS.find(([host]) => host.test(hostname))
  return serviceAt(baseUrl)?.name ?? hosted?.[1] ?? local ?? null
}
