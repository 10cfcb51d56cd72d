import { isRecord, tryParse } from '../../json.ts'
import type { Block, MessagesBody } from '../../messages/request.ts'

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

/** How a model takes and gives reasoning. */
export interface ReasoningRules {
  /** `reasoning_effort: "low"`, or OpenRouter's `reasoning: {effort: "low"}`. */
  request: 'reasoning_effort' | 'reasoning'
  /** What the model accepts; anything else is a 400. */
  efforts: readonly Effort[]
  /** Models that think only when they have no tools. */
  noneWithTools?: boolean
  /** The field of an assistant message in which its own reasoning may come back. */
  echo: 'reasoning' | 'reasoning_details' | null
  extra?: Record<string, unknown>
}

export type Detail = Record<string, unknown>

/** Who made a thinking block. */
export interface Origin {
  provider: string
  model: string
}

/** The fields of a request that say how hard to think. */
export function reasoningFields(
  body: MessagesBody,
  hasTools: boolean,
  rules: ReasoningRules | null,
): Record<string, unknown> {
  if (!rules) return {}
  const never = hasTools && rules.noneWithTools
  const effort = never ? 'none' : clampEffort(wantedEffort(body), rules.efforts)
  if (effort === null) return { ...rules.extra }
  return rules.request === 'reasoning'
    ? { ...rules.extra, reasoning: { effort } }
    : { ...rules.extra, reasoning_effort: effort }
}

function wantedEffort({ thinking, output_config }: MessagesBody): Effort | null {
  if (thinking?.type === 'disabled') return 'none'
  const named = EFFORTS.find((effort) => effort === output_config?.effort)
  if (named) return named
  const budget = thinking?.budget_tokens
  if (budget === undefined) return null
  if (budget < 2048) return 'low'
  return budget < 8192 ? 'medium' : 'high'
}

/** The nearest level the model knows: at or below the wish, else the lowest that still thinks. */
function clampEffort(wanted: Effort | null, known: readonly Effort[]): Effort | null {
  if (wanted === null) return null
  const levels = EFFORTS.filter((effort) => known.includes(effort))
  if (wanted === 'none')
    return levels.find((effort) => effort === 'none' || effort === 'minimal') ?? null
  const thinking = levels.filter((effort) => effort !== 'none')
  const below = thinking.filter((effort) => EFFORTS.indexOf(effort) <= EFFORTS.indexOf(wanted))
  return below.at(-1) ?? thinking[0] ?? null
}

/**
 * The signature of a thinking block that no Claude made: `cp1.<provider>.<base64url>`. It tells
 * the Claude lanes to leave the block out and carries what this provider wants back.
 */
export function signThinking({ provider, model }: Origin, details: readonly Detail[]): string {
  const payload = JSON.stringify(details.length > 0 ? { model, details } : { model })
  return `cp1.${provider}.${Buffer.from(payload).toString('base64url')}`
}

const MINTED = /^cp1\.(.+)\.([A-Za-z0-9_-]+)$/

/** What an assistant message says about its own thinking: only what this very model thought. */
export function echoThinking(
  blocks: readonly Block[],
  rules: ReasoningRules | null,
  origin: Origin,
): { reasoning?: string; reasoning_details?: Detail[] } {
  if (!rules?.echo) return {}
  const own = blocks.flatMap((block) => {
    const details = block.type === 'thinking' ? ownDetails(block.signature, origin) : null
    return details ? [{ text: block.thinking ?? '', details }] : []
  })
  if (rules.echo === 'reasoning_details') {
    const details = own.flatMap((block) => block.details)
    return details.length > 0 ? { reasoning_details: details } : {}
  }
  const reasoning = own.map((block) => block.text).join('')
  return reasoning ? { reasoning } : {}
}

/** Null for a block that another provider or another model made. */
function ownDetails(signature: string | undefined, origin: Origin): Detail[] | null {
  const [, provider, payload] = MINTED.exec(signature ?? '') ?? []
  if (provider !== origin.provider || payload === undefined) return null
  const minted = tryParse(Buffer.from(payload, 'base64url').toString())
  if (!isRecord(minted) || minted.model !== origin.model) return null
  return Array.isArray(minted.details) ? minted.details.filter(isRecord) : []
}

/**
 * OpenRouter streams its `reasoning_details` in fragments that belong together by type and index,
 * and wants them back whole.
 */
export function mergeDetails(whole: Detail[], fragments: readonly Detail[]): void {
  for (const fragment of fragments) {
    const known = whole.find(
      (detail) => detail.type === fragment.type && detail.index === fragment.index,
    )
    if (!known) {
      whole.push({ ...fragment })
      continue
    }
    for (const [key, value] of Object.entries(fragment)) {
      const grows = ['text', 'summary', 'data'].includes(key)
      if (grows && typeof value === 'string') known[key] = `${known[key] ?? ''}${value}`
      else if (value) known[key] = value
    }
  }
}

/** Text, a signature or an encrypted state; some fragments only announce what will follow. */
export function hasSubstance(detail: Detail): boolean {
  return ['text', 'summary', 'data', 'signature'].some((key) => Boolean(detail[key]))
}
