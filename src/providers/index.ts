import type { ProviderConfig, ProviderType, ServiceName } from '../config/config.ts'
import { createAnthropicProvider } from './anthropic.ts'
import { createBedrockProvider } from './bedrock.ts'
import { createOpenAIProvider } from './openai.ts'
import { QUIRKS, type Quirks } from './openai-chat/quirks.ts'
import { createOpenRouterProvider } from './openrouter.ts'
import type { Provider } from './provider.ts'
import { createDocuments, type Documents } from './translation/documents.ts'

type Maker = (config: ProviderConfig, documents: Documents) => Provider

/** The registry: a wire is one line here and one file beside it. */
const MAKERS: Record<ProviderType, Maker> = {
  anthropic: (config) =>
    createAnthropicProvider({
      ...config,
      baseUrl: config.baseUrl ?? '',
      firstParty: config.service === 'anthropic',
    }),
  bedrock: (config) => createBedrockProvider({ ...config, endpoint: config.baseUrl }),
  openai: (config, documents) => {
    const chat = createOpenAIProvider({
      ...config,
      baseUrl: config.baseUrl ?? '',
      quirks: QUIRKS_OF[config.service] ?? QUIRKS.generic,
      countsTokens: config.service === 'openai',
      documents,
    })
    if (config.messagesUrl === null) return chat
    const messages = MAKERS.anthropic({ ...config, baseUrl: config.messagesUrl }, documents)
    return createOpenRouterProvider({ chat, messages })
  },
}

const QUIRKS_OF: Partial<Record<ServiceName, Quirks>> = QUIRKS

/** A provider for each one configured, by name. */
export function createProviders(
  configs: ReadonlyMap<string, ProviderConfig>,
): ReadonlyMap<string, Provider> {
  const documents = createDocuments()
  return new Map(
    [...configs].map(([name, config]) => [name, MAKERS[config.type](config, documents)]),
  )
}
