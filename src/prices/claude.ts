import { claudeModel } from '../providers/claude/models.ts'
import { type Price, type Rates, scaled } from './price.ts'

/**
 * What a Claude model costs on the Claude API, by its id in any spelling; null for one we do not
 * know.
 */
export function claudePrice(model: string): Price | null {
  const known = claudeModel(model)
  // OpenRouter sells fast mode as models of their own.
  if (!known || /-fast\b/i.test(model)) return null
  const name = `${known.family} ${known.version}`
  const rates = RATES[name]
  if (!rates) return null
  const long = LONG[name]
  const fast = FAST[name]
  return {
    rates: ratesOf(rates),
    ...(long && { long: { over: long.over, rates: ratesOf(long.rates) } }),
    ...(fast && { fast }),
    ...(known.version >= 4.6 && { usOnly: 1.1 }),
  }
}

/**
 * The same on Bedrock. From generation 4.5 on, the global profile costs what the Claude API costs,
 * and a region or the profile of a geography a tenth more (aws.amazon.com/bedrock/pricing and the
 * Claude API's pricing page, November 2026). Claude 3.5 Sonnet is in extended access there, at
 * prices that were not found.
 */
export function bedrockClaudePrice(model: string): Price | null {
  const version = claudeModel(model)?.version ?? 0
  const price = claudePrice(model)
  if (!price || /3-5-sonnet/i.test(model)) return null
  const factor = version >= 4.5 && !/\bglobal\./i.test(model) ? 1.1 : 1
  const { rates, long } = price
  return {
    rates: scaled(rates, factor),
    ...(long && { long: { over: long.over, rates: scaled(long.rates, factor) } }),
  }
}

/** As the vendor's page has its columns. */
type Row = readonly [input: number, write5m: number, write1h: number, read: number, output: number]

function ratesOf([input, write5m, write1h, read, output]: Row): Rates {
  return {
    input,
    output,
    cache_read: read,
    cache_write_5m: write5m,
    cache_write_1h: write1h,
  }
}

const OPUS_4_5_ON: Row = [5, 6.25, 10, 0.5, 25]
const OPUS_BEFORE: Row = [15, 18.75, 30, 1.5, 75]
const SONNET_BEFORE_5: Row = [3, 3.75, 6, 0.3, 15]

/**
 * USD per million tokens: platform.claude.com/docs/en/about-claude/pricing, November 2026. The read
 * of Sonnet 5.5 is that since 7 October 2026.
 */
const RATES: Readonly<Record<string, Row>> = {
  'fable 5.2': [8, 10, 16, 0.2, 40],
  'mythos 5.2': [8, 10, 16, 0.2, 40],
  'fable 5.1': [10, 12.5, 20, 0.25, 50],
  'mythos 5.1': [10, 12.5, 20, 0.25, 50],
  'fable 5': [10, 12.5, 20, 1, 50],
  'mythos 5': [10, 12.5, 20, 1, 50],
  'opus 5.5': [4, 5, 8, 0.2, 20],
  'opus 5': OPUS_4_5_ON,
  'opus 4.8': OPUS_4_5_ON,
  'opus 4.7': OPUS_4_5_ON,
  'opus 4.6': OPUS_4_5_ON,
  'opus 4.5': OPUS_4_5_ON,
  'opus 4.1': OPUS_BEFORE,
  'opus 4': OPUS_BEFORE,
  'opus 3': OPUS_BEFORE,
  'sonnet 5.5': [2, 2.5, 4, 0.1, 10],
  'sonnet 5': [2, 2.5, 4, 0.2, 10],
  'sonnet 4.6': SONNET_BEFORE_5,
  'sonnet 4.5': SONNET_BEFORE_5,
  'sonnet 4': SONNET_BEFORE_5,
  'sonnet 3.7': SONNET_BEFORE_5,
  'sonnet 3.5': SONNET_BEFORE_5,
  'sonnet 3': SONNET_BEFORE_5,
  'haiku 5.5': [0.1, 0.125, 0.2, 0.01, 0.5],
  'haiku 4.5': [1, 1.25, 2, 0.1, 5],
  'haiku 3.5': [0.8, 1, 1.6, 0.08, 4],
  'haiku 3': [0.25, 0.3, 0.5, 0.03, 1.25],
}

/** The same page under "Long context pricing"; every other model costs the same at any length. */
const LONG: Readonly<Record<string, { over: number; rates: Row }>> = {
  'sonnet 4.5': { over: 200_000, rates: [6, 7.5, 12, 0.6, 22.5] },
  'sonnet 4': { over: 200_000, rates: [6, 7.5, 12, 0.6, 22.5] },
  'haiku 5.5': { over: 100_000, rates: [0.5, 0.625, 1, 0.05, 2.5] },
}

/** platform.claude.com/docs/en/build-with-claude/fast-mode, November 2026. */
const FAST: Readonly<Record<string, number>> = { 'opus 5.5': 2, 'opus 5': 2, 'opus 4.8': 2 }
