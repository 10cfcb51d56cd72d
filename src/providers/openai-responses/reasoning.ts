import { isRecord } from '../../json.ts'
import { type Detail, type Origin, ownDetails } from '../translation/thinking.ts'

/** What a model thought, for itself to go on from. */
export interface ReasoningInput {
  type: 'reasoning'
  summary: unknown[]
  content?: unknown[]
  encrypted_content?: string
}

/**
 * A reasoning item of an answer as the detail that our signature carries; null where the model
 * could not go on from it, since the service keeps nothing (`store: false`).
 */
export function toDetail(item: Record<string, unknown>, index: number): Detail | null {
  const { type, id, summary, content, encrypted_content } = item
  const isEncrypted = typeof encrypted_content === 'string' && encrypted_content !== ''
  const isPlain = Array.isArray(content) && content.length > 0
  if (!isEncrypted && !isPlain) return null
  return {
    type,
    // Details with the same type and index would be taken for pieces of one.
    index,
    id,
    summary: Array.isArray(summary) ? summary : [],
    ...(isPlain && { content }),
    ...(isEncrypted && { encrypted_content }),
  }
}

/**
 * The reasoning items behind a thinking block, if this provider's model made it. Their ids stay
 * here: a service that keeps nothing may look them up and answer "Item with id 'rs_…' not found"
 * (NousResearch/hermes-agent#10217, Kilo-Org/kilocode#10197).
 */
export function toReasoningItems(signature: string | undefined, origin: Origin): ReasoningInput[] {
  const details = ownDetails(signature, origin) ?? []
  return details.filter(isRecord).flatMap((detail): ReasoningInput[] => {
    const { type, summary, content, encrypted_content } = detail
    if (type !== 'reasoning' || !Array.isArray(summary)) return []
    return [
      {
        type,
        summary,
        ...(Array.isArray(content) && { content }),
        ...(typeof encrypted_content === 'string' && { encrypted_content }),
      },
    ]
  })
}
