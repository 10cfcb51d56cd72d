import { isRecord } from '../json.ts'

/** What one answer took; null where the upstream has not said. */
export interface Counts {
  /** Without the cached tokens. */
  input_tokens: number | null
  /** With the thinking. */
  output_tokens: number | null
  cache_read_input_tokens: number | null
  /** The two below together. */
  cache_creation_input_tokens: number | null
  /** Written for five minutes; also what was written for a time nobody named. */
  cache_creation_5m_input_tokens: number | null
  cache_creation_1h_input_tokens: number | null
  thinking_tokens: number | null
  web_search_requests: number | null
}

export interface Usage extends Counts {
  /** The service reported nothing, and the counts are a guess of ours. */
  estimated: boolean
  /** Two things prices depend on: `fast`, and `us` where the model was to run there only. */
  speed: string | null
  inference_geo: string | null
}

export function emptyUsage(): Usage {
  return { ...emptyCounts(), estimated: false, speed: null, inference_geo: null }
}

function emptyCounts(): Counts {
  return {
    input_tokens: null,
    output_tokens: null,
    cache_read_input_tokens: null,
    cache_creation_input_tokens: null,
    cache_creation_5m_input_tokens: null,
    cache_creation_1h_input_tokens: null,
    thinking_tokens: null,
    web_search_requests: null,
  }
}

/**
 * Takes over what a `usage` object says. In a stream the counts are cumulative, and a null or
 * absent member of a later one means "unchanged" (Claude API, streaming).
 */
export function mergeUsage(usage: Usage, said: unknown): void {
  if (!isRecord(said)) return
  const written = recordOf(said.cache_creation)
  const heard: Partial<Record<keyof Counts, unknown>> = {
    input_tokens: said.input_tokens,
    output_tokens: said.output_tokens,
    cache_read_input_tokens: said.cache_read_input_tokens,
    cache_creation_input_tokens: said.cache_creation_input_tokens,
    cache_creation_5m_input_tokens: written.ephemeral_5m_input_tokens,
    cache_creation_1h_input_tokens: written.ephemeral_1h_input_tokens,
    thinking_tokens: recordOf(said.output_tokens_details).thinking_tokens,
    web_search_requests: recordOf(said.server_tool_use).web_search_requests,
  }
  for (const key of Object.keys(heard) as (keyof Counts)[]) {
    const count = heard[key]
    if (isCount(count)) usage[key] = count
  }
  splitWrites(usage, isCount(said.cache_creation_input_tokens))
  if (isCount(said.output_tokens)) usage.estimated = said.estimated === true
  if (typeof said.speed === 'string') usage.speed = said.speed
  if (typeof said.inference_geo === 'string') usage.inference_geo = said.inference_geo
}

/** The total holds, where it was said: many services say nothing else. */
function splitWrites(usage: Usage, isTotalSaid: boolean) {
  const { cache_creation_5m_input_tokens: short, cache_creation_1h_input_tokens: long } = usage
  if (!isTotalSaid && (short !== null || long !== null)) {
    usage.cache_creation_input_tokens = (short ?? 0) + (long ?? 0)
  }
  const total = usage.cache_creation_input_tokens
  if (total === null) return
  usage.cache_creation_1h_input_tokens = Math.min(long ?? 0, total)
  usage.cache_creation_5m_input_tokens = total - usage.cache_creation_1h_input_tokens
}

/** Both together; null where neither knows. */
export function addUsage(a: Usage, b: Usage): Usage {
  const counts = emptyCounts()
  for (const key of Object.keys(counts) as (keyof Counts)[]) {
    if (a[key] !== null || b[key] !== null) counts[key] = (a[key] ?? 0) + (b[key] ?? 0)
  }
  return {
    ...counts,
    estimated: a.estimated || b.estimated,
    speed: b.speed ?? a.speed,
    inference_geo: b.inference_geo ?? a.inference_geo,
  }
}

/** As Anthropic words it, without what is not known: a null would mean "unchanged". */
export function usageOnWire(usage: Usage): Record<string, unknown> {
  const { input_tokens, output_tokens, thinking_tokens } = usage
  const { cache_read_input_tokens, cache_creation_input_tokens } = usage
  const counts = {
    input_tokens,
    output_tokens,
    cache_read_input_tokens,
    cache_creation_input_tokens,
  }
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null)),
    ...(cache_creation_input_tokens !== null && {
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cache_creation_5m_input_tokens,
        ephemeral_1h_input_tokens: usage.cache_creation_1h_input_tokens,
      },
    }),
    ...(thinking_tokens !== null && { output_tokens_details: { thinking_tokens } }),
    ...(usage.estimated && { estimated: true }),
  }
}

/** Nothing else could be stored, or paid for. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}
