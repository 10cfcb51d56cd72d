import { contextWindowOf } from '../providers/context-windows.ts'
import { type Target, targetId } from '../routing/target.ts'
import { readBaseUrl } from './base-url.ts'
import { check } from './check.ts'
import type { ProviderConfig, ServerConfig } from './config.ts'
import type { TextOrNumber } from './fields.ts'
import type { Path, Report } from './problem.ts'
import { Variant } from './schema.ts'
import { readStrip } from './strip.ts'
import { readTimers } from './timers.ts'
import { tokenCount } from './units.ts'

/** A variant as a target, complete; null when it has a problem, which was reported. */
export function resolveVariant(
  item: unknown,
  provider: ProviderConfig,
  path: Path,
  { server, report }: { server: ServerConfig; report: Report },
): Target | null {
  const variant = check(Variant, item, path, report)
  if (!variant) return null
  reportMisfits(variant, provider, path, report)
  const plain = plainTarget(variant.model, provider, server, variant.base_model)
  // The predecessor took a region on any variant; only Bedrock has some.
  const region = provider.type === 'bedrock' ? (variant.region ?? plain.region) : null
  const endpoint = variant.endpoint
    ? readBaseUrl(variant.endpoint, { ...provider, server }, [...path, 'endpoint'], report)
    : null
  return {
    ...plain,
    id: targetId({ ...plain, region, endpoint }),
    region,
    endpoint,
    limits: {
      rpm: limit(variant.rpm),
      tpm: limit(variant.tpm),
      maxConcurrent: limit(variant.max_concurrent),
      group: variant.limit_group ?? null,
    },
    timers: { ...plain.timers, ...readTimers(variant) },
    weight: Number(variant.weight ?? 1),
    contextWindow:
      variant.context_window === undefined
        ? plain.contextWindow
        : tokenCount(variant.context_window),
    api: variant.api ?? plain.api,
    strip: [...plain.strip, ...readStrip(variant.strip, path, report)],
  }
}

/** The target for a model that no variant describes: what an id goes to with routing off. */
export function plainTarget(
  model: string,
  provider: ProviderConfig,
  server: ServerConfig,
  baseModel = model,
): Target {
  const { connectTimeoutMs, firstEventTimeoutMs, idleTimeoutMs, requestTimeoutMs } = server
  const place = {
    provider: provider.name,
    model,
    baseModel,
    region: provider.region,
    endpoint: null,
  }
  return {
    ...place,
    id: targetId(place),
    limits: { rpm: null, tpm: null, maxConcurrent: null, group: null },
    timers: {
      connectTimeoutMs,
      firstEventTimeoutMs,
      idleTimeoutMs,
      requestTimeoutMs,
      ...provider.timers,
    },
    weight: 1,
    contextWindow: contextWindowOf(baseModel),
    api: provider.api,
    strip: provider.strip,
  }
}

/** What the schema cannot see, because it depends on the provider. */
function reportMisfits(variant: Variant, provider: ProviderConfig, path: Path, report: Report) {
  const { name, type, region, unusable } = provider
  // A provider that waits for a variable may be waiting for its region.
  if (type === 'bedrock' && !(variant.region ?? region) && unusable === null) {
    const variables = name === 'bedrock' ? ', BEDROCK_REGION or AWS_REGION' : ''
    const remedy = `set it here, or set providers.${name}.region${variables}`
    report([...path, 'region'], `${variant.model} has no region`, remedy)
  }
  if (type !== 'openai' && variant.api) {
    const problem = `${name} is not asked through OpenAI's APIs`
    report([...path, 'api'], problem, 'remove the key', 'key')
  }
}

function limit(value: TextOrNumber | undefined): number | null {
  return value === undefined ? null : Number(value)
}
