import type { Block, MessagesBody } from '../../messages/request.ts'
import { type Detail, type Origin, ownDetails } from '../translation/thinking.ts'

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
