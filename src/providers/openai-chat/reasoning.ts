import type { Block, CountTokensBody, MessagesBody } from '../../messages/request.ts'
import { clampEffort, type Effort, wantedEffort } from '../translation/effort.ts'
import { type Detail, type Origin, ownDetails } from '../translation/thinking.ts'

/** How a model takes and gives reasoning. */
export interface ReasoningRules {
  /**
   * `reasoning_effort: "low"`, OpenRouter's `reasoning: {effort: "low"}`, or DeepSeek's
   * `thinking: {type: "disabled"}`, which has the effort beside it where there is one.
   */
  request: 'reasoning_effort' | 'reasoning' | 'thinking'
  /** What the model accepts; anything else is a 400. */
  efforts: readonly Effort[]
  /** Models that think only when they have no tools. */
  noneWithTools?: boolean
  /** The field of an assistant message in which its own reasoning may come back. */
  echo: 'reasoning' | 'reasoning_content' | 'reasoning_details' | null
  /** While it thinks, a message with tool calls and without that field is a 400. */
  needsEcho?: boolean
  extra?: Record<string, unknown>
}

/** The rules of a model that is told its effort in `reasoning_effort`. */
export function effortRules(
  efforts: readonly Effort[],
  echo: ReasoningRules['echo'],
): ReasoningRules {
  return { request: 'reasoning_effort', efforts, echo }
}

/** The fields of a request that say how hard to think. */
export function reasoningFields(
  body: MessagesBody,
  hasTools: boolean,
  rules: ReasoningRules | null,
): Record<string, unknown> {
  if (!rules) return {}
  const never = hasTools && (rules.noneWithTools || thinkingPreventsForce(body, rules))
  const effort = never ? clampEffort('none', rules.efforts) : effortFor(body, rules)
  return { ...rules.extra, ...(effort !== null && effortField(effort, rules.request)) }
}

function effortField(effort: Effort, request: ReasoningRules['request']): Record<string, unknown> {
  if (request === 'reasoning') return { reasoning: { effort } }
  if (request === 'reasoning_effort') return { reasoning_effort: effort }
  return effort === 'none'
    ? { thinking: { type: 'disabled' } }
    : { thinking: { type: 'enabled' }, reasoning_effort: effort }
}

/** Models with a switch take a forced tool only while it is off. */
function thinkingPreventsForce(
  { tool_choice }: MessagesBody,
  { request }: ReasoningRules,
): boolean {
  return request === 'thinking' && (tool_choice?.type === 'any' || tool_choice?.type === 'tool')
}

/** How hard a model is to think for this request, in a word it knows; null where nothing says so. */
export function effortFor(body: CountTokensBody, { efforts }: ReasoningRules): Effort | null {
  return clampEffort(wantedEffort(body), efforts)
}

interface Echo {
  reasoning?: string
  reasoning_content?: string
  reasoning_details?: Detail[]
}

/** Stands for thoughts that are not known: Kimi takes an empty text for none (earendil-works/pi#4251). */
const NO_THOUGHTS = ' '

/**
 * What an assistant message says about its own thinking: only what this very model thought, or, where
 * it has to say something, next to nothing.
 */
export function echoThinking(
  blocks: readonly Block[],
  rules: ReasoningRules | null,
  origin: Origin,
): Echo {
  if (!rules?.echo) return {}
  const own = blocks.flatMap((block) => {
    const details = block.type === 'thinking' ? ownDetails(block.signature, origin) : null
    return details ? [{ text: block.thinking ?? '', details }] : []
  })
  if (rules.echo === 'reasoning_details') {
    const details = own.flatMap((block) => block.details)
    return details.length > 0 ? { reasoning_details: details } : {}
  }
  const hasCalls = blocks.some(({ type }) => type === 'tool_use')
  const missing = rules.needsEcho && hasCalls ? NO_THOUGHTS : ''
  const thoughts = own.map((block) => block.text).join('') || missing
  return thoughts ? { [rules.echo]: thoughts } : {}
}
