import { type Price, type Rates, scaled } from './price.ts'

/** What a model costs on OpenAI's API; null for one we do not know. */
export function openaiPrice(model: string): Price | null {
  const id = model.toLowerCase()
  const name = TABLE.has(id) ? id : id.replace(/-20\d\d-\d\d-\d\d$/, '')
  const row = TABLE.get(name)
  if (!row) return null
  const [input, cachedInput, output] = row
  const written = PAID_WRITES.test(name) ? input * 1.25 : input
  const rates: Rates = {
    input,
    output,
    cache_read: cachedInput,
    cache_write_5m: written,
    cache_write_1h: written,
  }
  if (!DEARER_WHEN_LONG.test(name)) return { rates }
  const long = { ...scaled(rates, 2), output: scaled(rates, 1.5).output }
  return { rates, long: { over: 272_000, rates: long } }
}

/** Before GPT-5.6, what is written to a cache is input like any other. */
const PAID_WRITES = /^gpt-(5\.6|6)/

/** "Prompts with more than 272K input tokens": twice the input, half as much again for the output. */
const DEARER_WHEN_LONG = /^gpt-(5\.[45](-pro)?$|5\.6|6)/

type Row = readonly [input: number, cachedInput: number, output: number]

/**
 * USD per million tokens, standard tier: developers.openai.com/api/docs/pricing and
 * …/guides/prompt-caching, November 2026. A model without a discount for cached input has the price
 * of its input in that place.
 */
const TABLE = new Map(
  Object.entries<Row>({
    'gpt-6.1-sol': [2, 0.1, 10],
    'gpt-6.1-terra': [1, 0.05, 5],
    'gpt-6-astra': [10, 1, 50],
    'gpt-6-sol': [2, 0.2, 10],
    'gpt-6-luna': [0.1, 0.01, 0.5],
    'gpt-5.6-sol': [4, 0.4, 20],
    'gpt-5.6-terra': [2, 0.2, 12],
    'gpt-5.6-luna': [0.2, 0.02, 1.2],
    'gpt-5.5': [5, 0.5, 30],
    'gpt-5.5-pro': [30, 30, 180],
    'gpt-5.4': [2.5, 0.25, 15],
    'gpt-5.4-pro': [30, 30, 180],
    'gpt-5.4-mini': [0.75, 0.075, 4.5],
    'gpt-5.4-nano': [0.2, 0.02, 1.25],
    'gpt-5.3-codex': [1.75, 0.175, 14],
    'gpt-5.2': [1.75, 0.175, 14],
    'gpt-5.2-codex': [1.75, 0.175, 14],
    'gpt-5.2-pro': [21, 21, 168],
    'gpt-5.1': [1.25, 0.125, 10],
    'gpt-5.1-codex': [1.25, 0.125, 10],
    'gpt-5.1-codex-max': [1.25, 0.125, 10],
    'gpt-5.1-codex-mini': [0.25, 0.025, 2],
    'gpt-5': [1.25, 0.125, 10],
    'gpt-5-codex': [1.25, 0.125, 10],
    'gpt-5-mini': [0.25, 0.025, 2],
    'gpt-5-nano': [0.05, 0.005, 0.4],
    'gpt-5-pro': [15, 15, 120],
    'gpt-4.1': [2, 0.5, 8],
    'gpt-4.1-mini': [0.4, 0.1, 1.6],
    'gpt-4.1-nano': [0.1, 0.025, 0.4],
    'gpt-4o': [2.5, 1.25, 10],
    'gpt-4o-2024-05-13': [5, 5, 15],
    'gpt-4o-mini': [0.15, 0.075, 0.6],
    'gpt-4-turbo': [10, 10, 30],
    o1: [15, 7.5, 60],
    o3: [2, 0.5, 8],
    'o3-mini': [1.1, 0.55, 4.4],
    'o3-pro': [20, 20, 80],
    'o4-mini': [1.1, 0.275, 4.4],
  }),
)
