import type { CacheLoss, RequestRow } from '../history/schema.ts'
import type { Rates } from '../prices/price.ts'
import type { Counts } from './usage.ts'

/** The tokens of a conversation that a target has in its cache. */
export interface Cached {
  /** The id of the target. */
  target: string
  tokens: number
  /** From when it can be read: the beginning of the answer that wrote or read it last, in Unix ms. */
  since: number
  lifeMs: number
}

/** A turn that was answered. */
export interface Taken {
  target: string
  counts: Counts
  rates: Rates | null
  /** When the request came, and when its answer began, in Unix ms. */
  askedAt: number
  answeredAt: number
}

export type LossColumns = Pick<
  RequestRow,
  'cache_lost_why' | 'cache_lost_tokens' | 'cache_lost_usd'
>

export const NO_LOSS: LossColumns = {
  cache_lost_why: null,
  cache_lost_tokens: 0,
  cache_lost_usd: null,
}

/**
 * What a turn could have read from the cache and had to take anew. `cached` is what the conversation
 * had there at its last turn; `change` is how the prompt has changed since, by prefix.ts.
 *
 * No loss: what the prompt has no longer, being shorter; what was asked before the cache could be
 * read; what a service that shows no sign of a cache takes; and less than anybody would cache.
 */
export function cacheLoss(cached: Cached, change: string, turn: Taken): LossColumns {
  const { counts, askedAt, rates } = turn
  const hasCache = turn.target === cached.target || reported(counts) > 0
  if (!hasCache || askedAt < cached.since) return NO_LOSS
  const prompt = (counts.input_tokens ?? 0) + reported(counts)
  const lost = Math.min(cached.tokens, prompt) - (counts.cache_read_input_tokens ?? 0)
  if (lost < FEWEST_TOKENS) return NO_LOSS
  return {
    cache_lost_why: whyLost(cached, change, turn),
    cache_lost_tokens: lost,
    cache_lost_usd: rates && costOfLoss(lost, counts, rates),
  }
}

/**
 * What is in the cache after a turn: what it read and what it wrote. The input it did not write may
 * have become cacheable as well, where a service caches by itself; that is not known, so it counts
 * for nothing. A turn of which a service told nothing leaves what another one had.
 */
export function cachedAfter(before: Cached | null, turn: Taken): Cached | null {
  const { target, counts, answeredAt: since } = turn
  const tokens = reported(counts)
  const isThere = before?.target === target
  if (tokens === 0) return isThere ? null : before
  return { target, tokens, since, lifeMs: lifeOf(counts) ?? (isThere ? before.lifeMs : LIFE_MS) }
}

/** The smallest prompt that any service caches; what is below is rounding. */
const FEWEST_TOKENS = 1024

/** From its last use, "5 minutes by default"; an hour at a price of its own (Claude API, caching). */
const LIFE_MS = 5 * 60_000
const LONG_LIFE_MS = 60 * 60_000

/** By what most of it was written for; null where nothing was. */
function lifeOf(counts: Counts): number | null {
  const short = counts.cache_creation_5m_input_tokens ?? 0
  const long = counts.cache_creation_1h_input_tokens ?? 0
  if (short + long === 0) return null
  return long > short ? LONG_LIFE_MS : LIFE_MS
}

function reported(counts: Counts): number {
  return (counts.cache_read_input_tokens ?? 0) + (counts.cache_creation_input_tokens ?? 0)
}

/** What has gone cold is lost whatever else has changed; another target has what another model has. */
function whyLost(cached: Cached, change: string, { target, askedAt }: Taken): CacheLoss {
  if (askedAt - cached.since > cached.lifeMs) return 'idle'
  if (change === 'model') return 'prefix'
  if (target !== cached.target) return 'target'
  return change === 'none' ? 'unknown' : 'prefix'
}

/** What was lost was written again, as far as anything was written, and the rest was plain input. */
function costOfLoss(lost: number, counts: Counts, rates: Rates): number {
  const long = Math.min(lost, counts.cache_creation_1h_input_tokens ?? 0)
  const short = Math.min(lost - long, counts.cache_creation_5m_input_tokens ?? 0)
  const plain = lost - long - short
  const paid = long * rates.cache_write_1h + short * rates.cache_write_5m + plain * rates.input
  return Math.max(0, Math.round((paid - lost * rates.cache_read) * 1000) / 1e9)
}
