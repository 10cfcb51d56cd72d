import type { ProviderConfig, ProviderType, ServiceName } from '../config/config.ts'
import { createAnthropicProvider } from './anthropic.ts'
import { createBedrockProvider } from './bedrock.ts'
import { createOpenAIProvider } from './openai.ts'
import { QUIRKS, type Quirks } from './openai-chat/quirks.ts'
import type { Provider } from './provider.ts'

/** The registry: a wire is one line here and one file beside it. */
const MAKERS: Record<ProviderType, (config: ProviderConfig) => Provider> = {
  anthropic: (config) =>
    createAnthropicProvider({
      ...config,
      baseUrl: config.baseUrl ?? '',
      firstParty: config.service === 'anthropic',
    }),
  bedrock: (config) => createBedrockProvider({ ...config, endpoint: config.baseUrl }),
  openai: (config) =>
    createOpenAIProvider({
      ...config,
      baseUrl: config.baseUrl ?? '',
      quirks: QUIRKS_OF[config.service] ?? QUIRKS.generic,
    }),
}

const QUIRKS_OF: Partial<Record<ServiceName, Quirks>> = {
  openai: QUIRKS.openai,
  cerebras: QUIRKS.cerebras,
  groq: QUIRKS.groq,
  openrouter: QUIRKS.openrouter,
}

/** A provider for each one configured, by name. */
export function createProviders(
  configs: ReadonlyMap<string, ProviderConfig>,
): ReadonlyMap<string, Provider> {
  return new Map([...configs].map(([name, config]) => [name, MAKERS[config.type](config)]))
}
