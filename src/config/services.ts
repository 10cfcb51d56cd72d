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

/** Whose address a base URL is: a provider under a name of its own may well be Groq. */
export function serviceAt(baseUrl: string): Service | null {
  const { host } = new URL(baseUrl)
  return LIST.find((service) => service.baseUrl && new URL(service.baseUrl).host === host) ?? null
}
