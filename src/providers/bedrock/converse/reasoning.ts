import type { ContentBlock } from '@aws-sdk/client-bedrock-runtime'
import type { Block, CountTokensBody } from '../../../messages/request.ts'
import { clampEffort, wantedEffort } from '../../translation/effort.ts'
import { ownDetails } from '../../translation/thinking.ts'
import { type Dialect, textPart } from './content.ts'
import type { Family } from './families.ts'

/** Reasoning as this very model gave it; none where another did, or it wants none back. */
export function ownReasoning(
  { thinking, signature }: Block,
  { family, ...origin }: Dialect,
): ContentBlock.ReasoningContentMember[] {
  const details = family.reasoningBack ? ownDetails(signature, origin) : null
  if (!details) return []
  const signed = details.find((detail) => typeof detail.signature === 'string')
  const shown = textPart(thinking).map(({ text }) => ({
    reasoningContent: {
      reasoningText: { text, ...(signed && { signature: String(signed.signature) }) },
    },
  }))
  const redacted = details.flatMap(({ data }) =>
    typeof data === 'string' ? { reasoningContent: { redactedContent: joinedBytes(data) } } : [],
  )
  return [...shown, ...redacted]
}

/** The fragments of a stream are encoded one by one, each with a padding of its own. */
function joinedBytes(base64: string): Uint8Array {
  const fragments = base64.match(/[^=]+=*/g) ?? []
  return Buffer.concat(fragments.map((fragment) => Buffer.from(fragment, 'base64')))
}

/** The model's own fields for how hard to think; undefined where it has none or nobody asked. */
export function effortFields(
  body: CountTokensBody,
  { effort: field }: Family,
): Record<string, unknown> | undefined {
  const wanted = wantedEffort(body)
  // None of them can be told not to think at all.
  const effort = clampEffort(wanted === 'none' ? 'low' : wanted, LEVELS)
  if (field === null || effort === null) return undefined
  if (field === 'reasoning_effort') return { reasoning_effort: effort }
  if (field === 'reasoning') return { reasoning: { effort } }
  if (body.thinking === undefined || body.thinking.type === 'disabled') return undefined
  const maxReasoningEffort = effort === 'low' ? 'low' : 'medium'
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort } }
}

const LEVELS = ['low', 'medium', 'high'] as const
