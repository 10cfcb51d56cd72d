import type { Block, Message } from '../messages/request.ts'
import { isClaude } from '../providers/claude/models.ts'
import type { Provider } from '../providers/provider.ts'
import { originOf } from '../providers/translation/thinking.ts'
import type { Minted } from './minted.ts'
import type { Signatures } from './signatures.ts'
import type { Target } from './target.ts'

/** Anthropic, Bedrock and whoever else serves Claude read each other's signatures. */
const CLAUDE = 'claude'

/** Who can read the thinking that a target mints: all Claudes, else this model of this provider. */
function kindOf(target: Target, provider: Provider): string {
  return provider.isClaude?.(target) ? CLAUDE : kindBy(target)
}

function kindBy({ provider, model }: { provider: string; model: string }): string {
  return `${provider}/${model}`
}

/**
 * The messages without the thinking that this target did not mint and would refuse ("Invalid
 * `signature` in `thinking` block"): the very same list where there is none. A signature that is
 * neither ours nor known to be somebody else's counts as Claude's. A thought without one was cut
 * off; only Claude minds.
 */
export function withoutForeignThinking(
  messages: Message[],
  target: Target,
  provider: Provider,
  signatures: Pick<Signatures, 'makersOf'>,
): Message[] {
  const kind = kindOf(target, provider)
  const isForeign = (block: Block): boolean => {
    const mark = markOf(block)
    if (mark === null) return false
    if (mark === '') return kind === CLAUDE
    const origin = originOf(mark)
    const makers = origin ? [kindBy(origin)] : signatures.makersOf(mark)
    if (makers.length === 0) return kind !== CLAUDE
    return !makers.includes(kind) && !makers.includes(kindBy(target))
  }
  const kept = messages.map((message) => {
    const { role, content } = message
    if (role !== 'assistant' || typeof content === 'string') return message
    const blocks = content.filter((block) => !isForeign(block))
    if (blocks.length === content.length) return message
    return { ...message, content: blocks.length > 0 ? blocks : [NOTHING_SAID] }
  })
  return kept.some((message, index) => message !== messages[index]) ? kept : messages
}

/**
 * Remembers what an answer minted, unless a Claude did or the signatures name their maker. A server
 * that takes Claude's model ids and answers with a model of its own says so in its answer.
 */
export function rememberThinking(
  minted: Minted,
  target: Target,
  provider: Provider,
  signatures: Pick<Signatures, 'minted'>,
): void {
  if (provider.isAnthropic) return
  const foreign = minted.signatures.filter((signature) => !originOf(signature))
  if (foreign.length === 0) return
  const { model } = minted
  const isOwn = kindOf(target, provider) === CLAUDE
  if (!isOwn) signatures.minted(kindBy(target), foreign)
  else if (model && !isClaude(model)) signatures.minted(kindBy({ ...target, model }), foreign)
}

/** Left out, the message could leave two neighbours behind that must not stand side by side. */
const NOTHING_SAID: Block = { type: 'text', text: '[Nothing was said here.]' }

/** What tells the maker of a thought: empty where it is missing, null for any other block. */
function markOf({ type, signature, data }: Block): string | null {
  if (type === 'thinking') return signature ?? ''
  return type === 'redacted_thinking' ? (data ?? '') : null
}
