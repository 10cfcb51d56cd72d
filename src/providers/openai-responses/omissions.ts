import { ProxyError } from '../../errors.ts'
import { createRecent, MOST_TARGETS } from '../../recent.ts'
import type { PromptBody } from './request.ts'

/** What a request can do without when the service refuses it for that. */
interface Omission {
  /** The refusal's words. */
  refusal: RegExp
  /** The request without it. */
  without<Body extends PromptBody>(body: Body): Body
  /** Whether the next request to the same target would be refused as well. */
  isLasting: boolean
}

const OMISSIONS: readonly Omission[] = [
  {
    // "Your organization must be verified to generate reasoning summaries" (continuedev/continue#9602).
    refusal: /reasoning summar|reasoning\.summary/i,
    without: (body) => {
      if (!body.reasoning) return body
      const { summary: _, ...reasoning } = body.reasoning
      return { ...body, reasoning }
    },
    isLasting: true,
  },
  {
    refusal: /encrypted content is not supported/i,
    without: (body) => ('include' in body ? { ...body, include: [] } : body),
    isLasting: true,
  },
  {
    // Of another organization, of a key that has changed, or too old; and what is told of items
    // that lost their neighbours. Refused once, it would be refused with every later turn.
    refusal:
      /encrypted content .*could not be|(type 'reasoning'|required 'reasoning' item|id 'rs_)/i,
    without: (body) => ({ ...body, input: body.input.filter((item) => !isReasoning(item)) }),
    isLasting: false,
  },
]

/** What is left out of the requests to each target, and what has been learned about that. */
export class Omissions {
  readonly #lasting = createRecent<ReadonlySet<Omission>>(MOST_TARGETS)

  /** The request without what this target is known to refuse. */
  apply<Body extends PromptBody>(targetId: string, body: Body): Body {
    const known = [...(this.#lasting.get(targetId) ?? [])]
    return known.reduce((rest, { without }) => without(rest), body)
  }

  /** The request without what this refusal names; null where it names nothing of the kind. */
  learn<Body extends PromptBody>(targetId: string, error: unknown, body: Body): Body | null {
    if (!(error instanceof ProxyError) || (error.details.upstreamStatus ?? 0) >= 500) return null
    const named = OMISSIONS.find(({ refusal }) => refusal.test(error.message))
    const rest = named?.without(body)
    if (!named || !rest || JSON.stringify(rest) === JSON.stringify(body)) return null
    if (named.isLasting) {
      this.#lasting.set(targetId, new Set(this.#lasting.get(targetId)).add(named))
    }
    return rest
  }
}

function isReasoning(item: PromptBody['input'][number]): boolean {
  return 'type' in item && item.type === 'reasoning'
}
