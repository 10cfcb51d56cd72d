import type { Price, Rates } from './price.ts'

/** What Groq takes for a model; null for one we do not know. */
export function groqPrice(model: string): Price | null {
  return priceIn(GROQ, model.toLowerCase())
}

/** What Cerebras takes for a model; null for one we do not know. */
export function cerebrasPrice(model: string): Price | null {
  return priceIn(CEREBRAS, model.toLowerCase())
}

/**
 * What Bedrock takes in the USA for a model that is not Claude; null for one we do not know, and in
 * other regions, where prices differ. Takes the id with the prefix of an inference profile or
 * without, or an ARN that ends in one.
 */
export function bedrockPrice(model: string, region: string | null): Price | null {
  const id = model.toLowerCase().replace(/^.*\//, '')
  const isGlobal = id.startsWith('global.')
  if (!isGlobal && !region?.startsWith('us-')) return null
  const name = id.replace(/^(global|us)\./, '').replace(/-(v\d+(:\d+)?|\d+:\d+)$/, '')
  return priceIn(isGlobal ? BEDROCK_GLOBAL : BEDROCK, name)
}

/** What a cache read costs stands there only where there is a price of its own for it. */
type Row = readonly [input: number, output: number, cacheRead?: number]

function priceIn(table: ReadonlyMap<string, Row>, name: string): Price | null {
  const row = table.get(name)
  if (!row) return null
  const [input, output, cacheRead = input] = row
  const rates: Rates = {
    input,
    output,
    cache_read: cacheRead,
    cache_write_5m: input,
    cache_write_1h: input,
  }
  return { rates }
}

/** USD per million tokens: groq.com/pricing and console.groq.com/docs/models, November 2026. */
const GROQ = new Map(
  Object.entries<Row>({
    'openai/gpt-oss-120b': [0.15, 0.6, 0.075],
    'openai/gpt-oss-20b': [0.075, 0.3, 0.0375],
    'moonshotai/kimi-k2-instruct': [1, 3, 0.5],
    'moonshotai/kimi-k2-instruct-0905': [1, 3, 0.5],
    'qwen/qwen3-32b': [0.29, 0.59],
    'qwen/qwen3.8-27b': [0.8, 4],
    'llama-3.3-70b-versatile': [0.59, 0.79],
    'llama-3.1-8b-instant': [0.05, 0.08],
    'meta-llama/llama-4-maverick-17b-128e-instruct': [0.2, 0.6],
    'meta-llama/llama-4-scout-17b-16e-instruct': [0.11, 0.34],
  }),
)

/** USD per million tokens: cerebras.ai/pricing and inference-docs.cerebras.ai, November 2026. */
const CEREBRAS = new Map(
  Object.entries<Row>({
    'gpt-oss-120b': [0.35, 0.75],
    'zai-glm-4.7': [2.25, 2.75],
    'qwen-3-32b': [0.4, 0.8],
    'qwen-3.8-27b': [0.99, 1.49],
    'gemma-4-31b': [0.99, 1.49],
    'llama-3.3-70b': [0.85, 1.2],
    'llama3.1-8b': [0.1, 0.1],
  }),
)

/** USD per million tokens in the regions of the USA: aws.amazon.com/bedrock/pricing, November 2026. */
const BEDROCK = new Map(
  Object.entries<Row>({
    'amazon.nova-micro': [0.035, 0.14, 0.00875],
    'amazon.nova-lite': [0.06, 0.24, 0.015],
    'amazon.nova-pro': [0.8, 3.2, 0.2],
    'amazon.nova-premier': [2.5, 12.5, 0.625],
    'amazon.nova-2-lite': [0.33, 2.75, 0.0825],
    'openai.gpt-oss-120b': [0.15, 0.6],
    'openai.gpt-oss-20b': [0.07, 0.3],
    'qwen.qwen3-32b': [0.15, 0.6],
    'qwen.qwen3-coder-30b-a3b': [0.15, 0.6],
    'qwen.qwen3-coder-480b-a35b': [0.45, 1.8],
    'deepseek.r1': [1.35, 5.4],
    'meta.llama4-maverick-17b-instruct': [0.24, 0.97],
    'meta.llama4-scout-17b-instruct': [0.17, 0.66],
    'meta.llama3-3-70b-instruct': [0.72, 0.72],
    'meta.llama3-2-90b-instruct': [0.72, 0.72],
    'meta.llama3-2-11b-instruct': [0.16, 0.16],
    'meta.llama3-1-70b-instruct': [0.72, 0.72],
    'meta.llama3-1-8b-instruct': [0.22, 0.22],
  }),
)

/** The same page, for the global inference profiles. */
const BEDROCK_GLOBAL = new Map(
  Object.entries<Row>({
    'amazon.nova-2-lite': [0.3, 2.5, 0.075],
  }),
)
