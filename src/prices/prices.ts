import type { ServiceName } from '../config/config.ts'
import type { Target } from '../routing/target.ts'
import { bedrockClaudePrice, claudePrice } from './claude.ts'
import { bedrockPrice, cerebrasPrice, groqPrice } from './hosts.ts'
import { openaiPrice } from './openai.ts'
import { type Price, type Rates, scaled } from './price.ts'

/** What a target costs; null where that is not known. */
export type PriceOf = (target: Target) => Price | null

/** A price from the configuration. */
export interface OwnPrice {
  /** A model id or `provider/model`; `*` stands for anything. */
  model: string
  /** What is left out keeps its proportion to the input, or costs as much where none is known. */
  rates: Pick<Rates, 'input' | 'output'> & Partial<Rates>
}

/**
 * The prices of the configuration over those we know. Where several fit, a whole name comes before
 * one with a `*`, and the first before the others.
 */
export function createPriceOf(
  own: readonly OwnPrice[],
  serviceOf: (provider: string) => ServiceName,
): PriceOf {
  const patterns = own.map(({ model, rates }) => ({ rates, fits: matcher(model), model }))
  const ordered = [
    ...patterns.filter(({ model }) => !model.includes('*')),
    ...patterns.filter(({ model }) => model.includes('*')),
  ]
  return (target) => {
    const listed = listPrice(serviceOf(target.provider), target)
    const { provider, model, baseModel } = target
    const names = [`${provider}/${model}`, model, `${provider}/${baseModel}`, baseModel]
    const found = ordered.find(({ fits }) => names.some(fits))
    return found ? ownPrice(found.rates, listed?.rates ?? null) : listed
  }
}

/** A price of the user's own holds whatever the length of the prompt or the mode of the answer. */
function ownPrice(own: OwnPrice['rates'], listed: Rates | null): Price {
  const { input } = own
  const inProportion = listed?.input
    ? scaled(listed, input / listed.input)
    : { cache_read: input, cache_write_5m: input, cache_write_1h: input }
  return { rates: { ...inProportion, ...own }, fast: 1, usOnly: 1 }
}

/** Case does not count, as with the names of routes. */
function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part))
  const regex = new RegExp(`^${parts.join('.*')}$`, 'is')
  return (name) => regex.test(name)
}

/** What the service says it takes. Any other server may take anything. */
function listPrice(service: ServiceName, { baseModel, region }: Target): Price | null {
  switch (service) {
    case 'anthropic':
      return claudePrice(baseModel)
    case 'bedrock':
      return bedrockClaudePrice(baseModel) ?? bedrockPrice(baseModel, region)
    case 'openai':
      return openaiPrice(baseModel)
    case 'openrouter':
      return openrouterPrice(baseModel)
    case 'groq':
      return groqPrice(baseModel)
    case 'cerebras':
      return cerebrasPrice(baseModel)
    default:
      return null
  }
}

/**
 * "OpenRouter passes through the pricing of the underlying providers" (openrouter.ai/docs/faq). For
 * an open model that is whichever of many took the request, so it is not known beforehand.
 */
function openrouterPrice(model: string): Price | null {
  const [, vendor, name = ''] = /^(anthropic|openai)\/([^:]+)$/i.exec(model) ?? []
  if (vendor?.toLowerCase() === 'anthropic') return claudePrice(name)
  return openaiPrice(name)
}
