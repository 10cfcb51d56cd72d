import type { Usage } from '../messages/usage.ts'

/** USD per million tokens, under the names they have in the configuration and in the history. */
export interface Rates {
  input: number
  output: number
  cache_read: number
  cache_write_5m: number
  cache_write_1h: number
}

/** What a model costs at one service. */
export interface Price {
  rates: Rates
  /** For every token of a request whose prompt, cached tokens included, is longer than `over`. */
  long?: { over: number; rates: Rates }
  /** By how much every rate is multiplied in Claude's fast mode; absent where that is not known. */
  fast?: number
  /** The same where Claude was to run in the USA only. */
  usOnly?: number
}

/** The rates that hold for an answer with this usage; null where they are not known. */
export function ratesFor(price: Price | null, usage: Usage): Rates | null {
  if (!price) return null
  const prompt =
    (usage.input_tokens ?? 0) +
    (usage.cache_read_input_tokens ?? 0) +
    (usage.cache_creation_input_tokens ?? 0)
  const rates = price.long && prompt > price.long.over ? price.long.rates : price.rates
  const fast = usage.speed === 'fast' ? price.fast : 1
  const usOnly = usage.inference_geo === 'us' ? price.usOnly : 1
  return fast === undefined || usOnly === undefined ? null : scaled(rates, fast * usOnly)
}

/** Every rate multiplied alike, without the noise of binary fractions. */
export function scaled(rates: Rates, factor: number): Rates {
  if (factor === 1) return rates
  const times = (rate: number) => Math.round(rate * factor * 1e6) / 1e6
  return {
    input: times(rates.input),
    output: times(rates.output),
    cache_read: times(rates.cache_read),
    cache_write_5m: times(rates.cache_write_5m),
    cache_write_1h: times(rates.cache_write_1h),
  }
}
