import type { PriceOf } from '../prices/prices.ts'
import { claudeModel } from '../providers/claude/models.ts'
import type { Target } from './target.ts'

/**
 * Whether a target's model is of a lower class than another's. Between Claude models that is their
 * family, then their version: Opus 5.5 costs less than Opus 5 and is not the weaker one. Between
 * others it is what the output costs, and where that is not known, a name that says "small". What
 * nothing is known of is not called weaker.
 */
export function isWeaker(target: Target, than: Target, priceOf: PriceOf): boolean {
  if (nameOf(target) === nameOf(than)) return false
  const [own, other] = [claudeRank(target), claudeRank(than)]
  if (own !== null && other !== null) return own < other
  const [price, otherPrice] = [outputPrice(target, priceOf), outputPrice(than, priceOf)]
  if (price !== null && otherPrice !== null) return price * SURCHARGE < otherPrice
  return isSmall(target) && !isSmall(than)
}

/** What a region costs more than the world: no difference between models. */
const SURCHARGE = 1.1

/** Fable and Mythos cost the same. */
const FAMILIES: Readonly<Record<string, number>> = {
  haiku: 0,
  sonnet: 1,
  opus: 2,
  fable: 3,
  mythos: 3,
}

/** The same model has a name of its own at every service. */
function nameOf({ baseModel }: Target): string {
  const claude = claudeModel(baseModel)
  if (claude) return `${claude.family} ${claude.version}`
  const id = baseModel.toLowerCase().replace(/^.*\//, '')
  return id.replace(/^(?:(?:us|eu|apac|global|openai|meta|qwen|mistral|deepseek|amazon)\.)+/, '')
}

/** By family, then by version; null for a model that is no Claude we know. */
function claudeRank({ baseModel }: Target): number | null {
  const claude = claudeModel(baseModel)
  const family = FAMILIES[claude?.family ?? '']
  return claude && family !== undefined ? family * 100 + claude.version : null
}

function outputPrice(target: Target, priceOf: PriceOf): number | null {
  return priceOf(target)?.rates.output ?? null
}

/** Of what is counted in parameters, one or two digits of billions. */
const SMALL = /\b(?:haiku|nano|micro|mini|lite|flash|small|tiny|instant|\d{1,2}b)\b/i

function isSmall({ baseModel }: Target): boolean {
  return SMALL.test(baseModel)
}
